package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"

	pb "suprsend-gateway-go/gen/gatewayv1"
)

const (
	notApplied = "NOT_APPLIED" // nothing was cancelled
	unknown    = "UNKNOWN"     // runs may have been cancelled
)

type kind struct {
	code      codes.Code
	reason    pb.ErrorReason
	outcome   string
	transient bool // A later attempt may fare better.
}

type failure struct {
	kind
	retryAfter time.Duration
	violations []*errdetails.BadRequest_FieldViolation
}

// kindOfStatus gives an HTTP answer other than 2xx its meaning.
func kindOfStatus(status int, body []byte) kind {
	isHTML := bytes.HasPrefix(bytes.TrimSpace(body), []byte("<"))
	switch status {
	case 301, 307, 308:
		return kind{codes.Internal, pb.ErrorReason_UPSTREAM_REDIRECT, notApplied, false}
	case 400, 422:
		if isHTML {
			return kind{codes.Internal, pb.ErrorReason_UPSTREAM_MISCONFIGURED, notApplied, false}
		}
		return kind{codes.InvalidArgument, pb.ErrorReason_UPSTREAM_REJECTED, notApplied, false}
	case 401, 403:
		return kind{codes.Internal, pb.ErrorReason_UPSTREAM_CREDENTIALS_REJECTED, notApplied, false}
	case 404:
		if isSuprSendError(body) {
			return kind{codes.NotFound, pb.ErrorReason_UPSTREAM_NOT_FOUND, notApplied, false}
		}
		return kind{codes.Internal, pb.ErrorReason_UPSTREAM_MISCONFIGURED, notApplied, false}
	case 405, 406, 407, 411, 415, 431:
		return kind{codes.Internal, pb.ErrorReason_UPSTREAM_MISCONFIGURED, notApplied, false}
	case 408, 504:
		return kind{codes.DeadlineExceeded, pb.ErrorReason_UPSTREAM_TIMEOUT, unknown, true}
	case 409:
		return kind{codes.Aborted, pb.ErrorReason_UPSTREAM_CONFLICT, notApplied, false}
	case 413:
		return kind{codes.InvalidArgument, pb.ErrorReason_REQUEST_TOO_LARGE, notApplied, false}
	case 429:
		return kind{codes.ResourceExhausted, pb.ErrorReason_UPSTREAM_RATE_LIMITED, notApplied, true}
	case 421, 425:
		return kind{codes.Unavailable, pb.ErrorReason_UPSTREAM_UNAVAILABLE, notApplied, true}
	case 503:
		if envoyLostUpstream(body) {
			return kind{codes.Unknown, pb.ErrorReason_UPSTREAM_CONNECTION_LOST, unknown, true}
		}
		return kind{codes.Unavailable, pb.ErrorReason_UPSTREAM_UNAVAILABLE, notApplied, true}
	case 500, 502:
		return kind{codes.Unknown, pb.ErrorReason_UPSTREAM_ERROR, unknown, true}
	case 501:
		return kind{codes.Unimplemented, pb.ErrorReason_UPSTREAM_MISCONFIGURED, notApplied, false}
	}
	switch status / 100 {
	case 3:
		return kind{codes.Unknown, pb.ErrorReason_UPSTREAM_REDIRECT, unknown, false}
	case 4:
		return kind{codes.FailedPrecondition, pb.ErrorReason_UPSTREAM_REJECTED, notApplied, false}
	}
	return kind{codes.Unknown, pb.ErrorReason_UPSTREAM_ERROR, unknown, false}
}

func isSuprSendError(body []byte) bool {
	var fields map[string]any
	_ = json.Unmarshal(body, &fields)
	return fields["code"] != nil || fields["error_code"] != nil || fields["error"] != nil
}

// envoyLostUpstream tells a 503 of Envoy's own where the request may have left it.
func envoyLostUpstream(body []byte) bool {
	return bytes.Contains(body, []byte("reset before headers")) &&
		!bytes.Contains(body, []byte("connection failure")) && !bytes.Contains(body, []byte("overflow"))
}

// kindOfError gives an exchange without an HTTP answer its meaning.
func kindOfError(ctx context.Context, err error, sent bool) kind {
	outcome := notApplied
	if sent {
		outcome = unknown
	}
	var untrusted *tls.CertificateVerificationError
	switch {
	case ctx.Err() == context.Canceled:
		return kind{codes.Canceled, pb.ErrorReason_CALLER_CANCELLED, outcome, false}
	case ctx.Err() != nil && sent:
		return kind{codes.DeadlineExceeded, pb.ErrorReason_UPSTREAM_TIMEOUT, outcome, false}
	case ctx.Err() != nil:
		return kind{codes.DeadlineExceeded, pb.ErrorReason_DEADLINE_BEFORE_SEND, outcome, false}
	case sent:
		return kind{codes.Unknown, pb.ErrorReason_UPSTREAM_CONNECTION_LOST, outcome, true}
	case errors.As(err, &untrusted):
		return kind{codes.Internal, pb.ErrorReason_UPSTREAM_UNTRUSTED, outcome, false}
	}
	return kind{codes.Unavailable, pb.ErrorReason_UPSTREAM_UNREACHABLE, outcome, true}
}

func parseRetryAfter(header string) time.Duration {
	if seconds, err := strconv.Atoi(header); err == nil {
		return time.Duration(min(max(seconds, 0), 3600)) * time.Second
	}
	if at, err := http.ParseTime(header); err == nil {
		return max(0, time.Until(at))
	}
	return 0
}
