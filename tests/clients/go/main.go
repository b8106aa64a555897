// Makes one call through the Go client for each line of JSON on stdin, and writes what came of it as a line
// of JSON to stdout.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"go.opentelemetry.io/otel/propagation"
	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"

	suprsendgateway "suprsend-gateway.internal/client/go"
	"suprsend-gateway.internal/client/go/gatewayv1"
)

func main() {
	input, output := json.NewDecoder(os.Stdin), json.NewEncoder(os.Stdout)
	input.DisallowUnknownFields()
	clients := clientsByPlace{}
	for input.More() {
		var asked call
		if err := input.Decode(&asked); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
		if err := output.Encode(asked.result(clients)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

// Never panics: what a call panics with is its result.
func (c call) result(clients clientsByPlace) (told result) {
	defer func() {
		if panicked := recover(); panicked != nil {
			told = result{Crash: fmt.Sprint(panicked)}
		}
	}()
	client, err := clients.at(c.place)
	if err != nil {
		return result{Crash: err.Error()}
	}
	ctx, cancel := c.context()
	defer cancel()
	if c.Wire != nil {
		return newResult(sendWire(ctx, client, c.Wire))
	}
	return newResult(client.CancelWorkflow(ctx, c.Request.request()))
}

func (c call) context() (context.Context, context.CancelFunc) {
	ctx := context.Background()
	if c.Traceparent != "" {
		carrier := propagation.MapCarrier{"traceparent": c.Traceparent}
		ctx = propagation.TraceContext{}.Extract(ctx, carrier)
	}
	cancelTimeout := func() {}
	if c.TimeoutMs != nil {
		ctx, cancelTimeout = context.WithTimeout(ctx, time.Duration(*c.TimeoutMs)*time.Millisecond)
	}
	ctx, cancel := context.WithCancel(ctx)
	if c.CancelAfterMs != nil {
		if *c.CancelAfterMs == 0 {
			cancel()
		} else {
			time.AfterFunc(time.Duration(*c.CancelAfterMs)*time.Millisecond, cancel)
		}
	}
	return ctx, func() { cancel(); cancelTimeout() }
}

// Sends bytes that need not be a request, by way of a message that knows none of their fields.
func sendWire(ctx context.Context, client *suprsendgateway.Client, wire []byte) (
	*suprsendgateway.CancelReply, error) {
	ctx, cancel := context.WithTimeout(ctx, suprsendgateway.DefaultTimeout)
	defer cancel()
	message := &gatewayv1.CancelWorkflowRequest{}
	message.ProtoReflect().SetUnknown(wire)
	var trailer metadata.MD
	stub := gatewayv1.NewWorkflowServiceClient(client.Conn())
	response, err := stub.CancelWorkflow(ctx, message, grpc.Trailer(&trailer))
	if err != nil {
		return nil, suprsendgateway.ReadError(err, trailer)
	}
	reply := &suprsendgateway.CancelReply{
		ExecutionIDs:                response.GetExecutionIds(),
		ExecutionIDsMayBeIncomplete: response.GetExecutionIdsMayBeIncomplete(),
		CancelledCount:              response.GetCancelledCount(),
	}
	if ids := trailer.Get("x-request-id"); len(ids) > 0 {
		reply.RequestID = ids[0]
	}
	return reply, nil
}
