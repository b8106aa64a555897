package suprsendgateway

import (
	"context"

	"go.opentelemetry.io/otel/propagation"
	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
)

// Sends the W3C Trace Context of ctx's span. A traceparent that the caller or his interceptors have added
// stays alone; what a stats handler of OpenTelemetry's adds later takes the place of ours.
func sendTraceContext(ctx context.Context, method string, request, reply any, conn *grpc.ClientConn,
	invoke grpc.UnaryInvoker, options ...grpc.CallOption) error {
	if sent, _ := metadata.FromOutgoingContext(ctx); len(sent.Get("traceparent")) == 0 {
		carrier := propagation.MapCarrier{}
		propagation.TraceContext{}.Inject(ctx, carrier)
		for name, value := range carrier {
			ctx = metadata.AppendToOutgoingContext(ctx, name, value)
		}
	}
	return invoke(ctx, method, request, reply, conn, options...)
}
