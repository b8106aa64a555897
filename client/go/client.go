// Package suprsendgateway calls a suprsend-gateway, the internal service that cancels workflow runs in
// SuprSend. The comments in proto/suprsend/gateway/v1/workflow_service.proto are the contract; gatewayv1
// holds what is generated from it.
package suprsendgateway

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	_ "google.golang.org/grpc/health" // without it gRPC leaves healthCheckConfig alone
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/metadata"

	"suprsend-gateway.internal/client/go/gatewayv1"
)

// DefaultTimeout is what a call gets whose context has no deadline. The gateway itself gives a call 30 s
// at most.
const DefaultTimeout = 10 * time.Second

//go:embed service_config.json
var serviceConfig string

// Client calls one gateway, or all that its target's name stands for. Any number of goroutines may use it
// at a time. Connections are made by the first call, and made anew when they are lost.
type Client struct {
	conn *grpc.ClientConn
	stub gatewayv1.WorkflowServiceClient
}

// Connect makes a client that speaks plaintext, which is for loopback, or where a mesh's sidecar encrypts.
// target is a gRPC target, usually "host:port": all addresses of the name get calls in turn, those excepted
// that say they are about to stop. The proxies that the environment names are not used, and service configs
// in DNS are not read. Connect sends nothing, so it succeeds where nobody listens. options are gRPC's own,
// such as interceptors or a stats handler; they overrule what this library sets.
func Connect(target string, options ...grpc.DialOption) (*Client, error) {
	if target == "" {
		return nil, errors.New("suprsendgateway: the target is empty")
	}
	all := append([]grpc.DialOption{
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithNoProxy(),
		// A gateway that has died without a word is noticed while calls wait for it.
		grpc.WithKeepaliveParams(keepalive.ClientParameters{Time: 30 * time.Second, Timeout: 10 * time.Second}),
		grpc.WithDisableServiceConfig(),
		grpc.WithDefaultServiceConfig(serviceConfig),
	}, options...)
	// The last interceptor is the innermost: it sees the span and the metadata of all others.
	all = append(all, grpc.WithChainUnaryInterceptor(sendTraceContext))
	conn, err := grpc.NewClient(target, all...)
	if err != nil {
		return nil, fmt.Errorf("suprsendgateway: target %q: %w", target, err)
	}
	return &Client{conn, gatewayv1.NewWorkflowServiceClient(conn)}, nil
}

// ConnectTLS is Connect with mutual TLS. It fails where a file is missing or broken.
func ConnectTLS(target string, files TLSFiles, options ...grpc.DialOption) (*Client, error) {
	credentials, err := newFileCredentials(files)
	if err != nil {
		return nil, fmt.Errorf("suprsendgateway: %w", err)
	}
	return Connect(target, append([]grpc.DialOption{grpc.WithTransportCredentials(credentials)}, options...)...)
}

// Close ends the connections. Calls under way fail with Canceled and an unknown outcome.
func (c *Client) Close() error { return c.conn.Close() }

// Conn is for what this library does not offer, such as generated stubs of your own. It must not be closed.
// Calls through it get no default deadline; ReadError reads their errors.
func (c *Client) Conn() *grpc.ClientConn { return c.conn }

// CancelReply tells what was cancelled.
type CancelReply struct {
	ExecutionIDs                []string // the runs that were cancelled; empty where none matched
	ExecutionIDsMayBeIncomplete bool     // the list above may lack runs that were cancelled
	CancelledCount              int64    // how many ids SuprSend named; the list can be shorter
	RequestID                   string   // empty where none came
}

// CancelWorkflow cancels the running workflow executions that match every filter of request, and blocks
// until the gateway has answered, the deadline has passed or ctx is cancelled. The deadline is ctx's, or
// where it has none DefaultTimeout from now. Every error is an *Error. Where ctx is done before the call,
// or request cannot be sent as it is meant, nothing is sent and the error says so.
//
// gRPC repeats what the gateway or SuprSend could not take (UNAVAILABLE), three attempts at most, unless the
// gateway tells it not to.
func (c *Client) CancelWorkflow(ctx context.Context, request CancelRequest) (*CancelReply, error) {
	if err := refuse(ctx, request); err != nil {
		return nil, err
	}
	if _, ok := ctx.Deadline(); !ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, DefaultTimeout)
		defer cancel()
	}
	var trailer metadata.MD
	response, err := c.stub.CancelWorkflow(ctx, request.encode(), grpc.Trailer(&trailer))
	if err != nil {
		return nil, ReadError(err, trailer)
	}
	return &CancelReply{
		ExecutionIDs:                response.GetExecutionIds(),
		ExecutionIDsMayBeIncomplete: response.GetExecutionIdsMayBeIncomplete(),
		CancelledCount:              response.GetCancelledCount(),
		RequestID:                   requestID(trailer),
	}, nil
}

// Why the call ends before anything is sent, or nil.
func refuse(ctx context.Context, request CancelRequest) error {
	if violations := request.violations(); len(violations) > 0 {
		err := localError(codes.InvalidArgument, gatewayv1.ErrorReason_INVALID_FILTER,
			"a filter breaks a rule; nothing was sent")
		err.Violations = violations
		return err
	}
	switch ctx.Err() {
	case nil:
		return nil
	case context.DeadlineExceeded:
		return localError(codes.DeadlineExceeded, gatewayv1.ErrorReason_DEADLINE_BEFORE_SEND,
			"the deadline passed before anything was sent")
	default:
		return localError(codes.Canceled, gatewayv1.ErrorReason_CALLER_CANCELLED,
			"the caller cancelled before anything was sent")
	}
}
