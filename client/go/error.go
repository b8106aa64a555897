package suprsendgateway

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"google.golang.org/genproto/googleapis/rpc/code"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"suprsend-gateway.internal/client/go/gatewayv1"
)

const errorDomain = "suprsend-gateway"

// Outcome is what a failed call may have done.
type Outcome int

const (
	OutcomeUnknown    Outcome = iota // runs may have been cancelled
	OutcomeNotApplied                // nothing was cancelled
)

// String is the outcome as the gateway spells it: "NOT_APPLIED" or "UNKNOWN".
func (o Outcome) String() string {
	if o == OutcomeNotApplied {
		return "NOT_APPLIED"
	}
	return "UNKNOWN"
}

// FieldViolation is one broken rule of the request.
type FieldViolation struct {
	Field       string // as the proto names it: "execution_id", "recipients[3]"
	Description string // what is wrong, without the value
}

// Error is why a call failed. Its texts can hold control characters where something other than the gateway
// answered.
type Error struct {
	Code    codes.Code
	Message string

	// A name of gatewayv1.ErrorReason, which may be newer than this library. Empty where the status has no
	// ErrorInfo of the gateway: a library or a proxy on the way made it, and its outcome is not known,
	// whatever its code says.
	Reason  string
	Outcome Outcome

	Violations []FieldViolation
	RequestID  string         // empty where none came
	RetryDelay *time.Duration // after which trying again makes sense; nil where that is not known

	// ErrorInfo's: outcome, attempts, and where SuprSend answered http_status, upstream_code and
	// upstream_message. Nil where Reason is empty.
	Metadata map[string]string

	cause error
}

// Error is one line for a log, without the violations and without any value of the request.
func (e *Error) Error() string {
	var text strings.Builder
	fmt.Fprintf(&text, "suprsend-gateway: %v", code.Code(e.Code))
	if e.Reason != "" {
		fmt.Fprintf(&text, " %s", e.Reason)
	}
	fmt.Fprintf(&text, ", outcome %v, message %.200q", e.Outcome, e.Message)
	if e.RequestID != "" {
		fmt.Fprintf(&text, ", request id %.200q", e.RequestID)
	}
	return text.String()
}

// Unwrap is the error that this one was read from.
func (e *Error) Unwrap() error { return e.cause }

// GRPCStatus makes status.FromError and status.Code work, with every detail that came from the gateway.
func (e *Error) GRPCStatus() *status.Status {
	if e.cause == nil { // made by a caller, in a test for example
		return status.New(e.Code, e.Message)
	}
	return status.Convert(e.cause)
}

// SafeToRetry is true where nothing was cancelled and the same request, sent again, may fare better. Wait
// for RetryDelay where there is one; after DeadlineExceeded leave more time.
func (e *Error) SafeToRetry() bool {
	if e.Outcome != OutcomeNotApplied {
		return false
	}
	return e.Code == codes.Unavailable || e.Code == codes.ResourceExhausted || e.Code == codes.DeadlineExceeded
}

// ReadError reads an error of a call that was made with the generated stub, and the trailing metadata that
// came with it (which may be nil). It is nil where err is (ask that first: a nil *Error is no nil error), and
// err itself where that is an *Error already.
// The details are believed only where they hold an ErrorInfo of the gateway.
func ReadError(err error, trailer metadata.MD) *Error {
	if err == nil {
		return nil
	}
	if read, ok := errors.AsType[*Error](err); ok {
		return read
	}
	s := status.Convert(err)
	// gRPC wraps the error of the last retry, and Convert would take the wrapping's text for the message.
	var own interface{ GRPCStatus() *status.Status }
	if errors.As(err, &own) && own.GRPCStatus() != nil {
		s = own.GRPCStatus()
	}
	e := &Error{Code: s.Code(), Message: strings.ToValidUTF8(s.Message(), "\uFFFD"), cause: err}
	e.readDetails(s.Details())
	if e.RequestID == "" {
		e.RequestID = requestID(trailer)
	}
	return e
}

// Leaves e as it is where no ErrorInfo is the gateway's. Of several details of a type the first counts. gRPC
// has checked already that the code beside the details is the status' own.
func (e *Error) readDetails(details []any) {
	read := *e
	for _, detail := range details {
		switch detail := detail.(type) {
		case *errdetails.ErrorInfo:
			if detail.GetDomain() == errorDomain && read.Reason == "" {
				read.Reason, read.Metadata = detail.GetReason(), detail.GetMetadata()
			}
		case *errdetails.BadRequest:
			if read.Violations != nil {
				continue
			}
			for _, v := range detail.GetFieldViolations() {
				read.Violations = append(read.Violations, FieldViolation{v.GetField(), v.GetDescription()})
			}
		case *errdetails.RetryInfo:
			if d := detail.GetRetryDelay(); read.RetryDelay == nil && d.CheckValid() == nil && d.AsDuration() >= 0 {
				read.RetryDelay = new(d.AsDuration())
			}
		case *errdetails.RequestInfo:
			if read.RequestID == "" {
				read.RequestID = detail.GetRequestId()
			}
		}
	}
	if read.Reason != "" {
		*e = read
	}
	if e.Metadata["outcome"] == OutcomeNotApplied.String() {
		e.Outcome = OutcomeNotApplied
	}
}

func requestID(trailer metadata.MD) string {
	if ids := trailer.Get("x-request-id"); len(ids) > 0 {
		return strings.ToValidUTF8(ids[0], "\uFFFD")
	}
	return ""
}

// An error that this library found before anything was sent.
func localError(code codes.Code, reason gatewayv1.ErrorReason, message string) *Error {
	return &Error{
		Code:     code,
		Message:  message,
		Reason:   reason.String(),
		Outcome:  OutcomeNotApplied,
		Metadata: map[string]string{"outcome": OutcomeNotApplied.String(), "attempts": "0"},
		cause:    status.Error(code, message),
	}
}
