package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
	"unicode"
	"unicode/utf8"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/protoadapt"
	"google.golang.org/protobuf/types/known/durationpb"

	pb "suprsend-gateway-go/gen/gatewayv1"
)

const (
	defaultDeadline = 10 * time.Second
	maxDeadline     = 30 * time.Second
	maxLongText     = 1024 // characters of an execution_id or a recipient
	maxShortText    = 255  // characters of an idempotency_key or a workflow_slug
	maxBodyBytes    = 800 << 10
	maxIDBytes      = 3 << 20 // gRPC clients refuse replies over 4 MiB by default
	maxViolations   = 16
)

type service struct {
	pb.UnimplementedWorkflowServiceServer
	upstream    *upstream
	maxInFlight int64
	inFlight    atomic.Int64
}

func (s *service) CancelWorkflow(ctx context.Context, req *pb.CancelWorkflowRequest) (*pb.CancelWorkflowResponse, error) {
	start := time.Now()
	requestID := newRequestID()
	_ = grpc.SetTrailer(ctx, metadata.Pairs("x-request-id", requestID))
	ctx, cancel := context.WithTimeout(ctx, timeLeft(ctx))
	defer cancel()
	result := s.cancel(ctx, req)
	record(ctx, req, requestID, result, time.Since(start))
	if result.failure != nil {
		return nil, toStatus(result, requestID).Err()
	}
	return toResponse(result), nil
}

// timeLeft ends before the caller's own deadline, so that the caller hears the reason.
func timeLeft(ctx context.Context) time.Duration {
	deadline, ok := ctx.Deadline()
	if !ok {
		return defaultDeadline
	}
	left := min(time.Until(deadline), maxDeadline)
	return left - max(20*time.Millisecond, left/20)
}

func (s *service) cancel(ctx context.Context, req *pb.CancelWorkflowRequest) cancelResult {
	if failure := validate(req); failure != nil {
		return cancelResult{failure: failure}
	}
	body, err := encode(req)
	if err != nil || len(body) > maxBodyBytes {
		return cancelResult{failure: &failure{kind: kind{codes.InvalidArgument, pb.ErrorReason_REQUEST_TOO_LARGE, notApplied, false}}}
	}
	defer s.inFlight.Add(-1)
	if s.inFlight.Add(1) > s.maxInFlight {
		return cancelResult{failure: &failure{kind: kind{codes.Unavailable, pb.ErrorReason_GATEWAY_OVERLOADED, notApplied, false},
			retryAfter: time.Second}}
	}
	if req.ValidateOnly {
		return cancelResult{}
	}
	// A later attempt cannot cancel runs that started in between.
	isPinned := req.ExecutionId != nil || req.IdempotencyKey != nil
	if !isPinned {
		// Once it has headers, no gRPC library on the way repeats the call.
		_ = grpc.SendHeader(ctx, metadata.MD{})
	}
	return s.upstream.cancelRuns(ctx, body, isPinned)
}

// validate answers nil for a good request. A filter that is set but empty is never dropped: that would widen the cancel.
func validate(req *pb.CancelWorkflowRequest) *failure {
	f := &failure{kind: kind{code: codes.InvalidArgument, outcome: notApplied}}
	add := func(reason pb.ErrorReason, field, description string) {
		if len(f.violations) == 0 {
			f.reason = reason
		}
		f.violations = append(f.violations, &errdetails.BadRequest_FieldViolation{Field: field, Description: description})
	}
	check := func(field string, value *string, limit int) {
		if value != nil {
			for _, problem := range problems(*value, limit) {
				add(pb.ErrorReason_INVALID_FILTER, field, problem)
			}
		}
	}
	check("execution_id", req.ExecutionId, maxLongText)
	for i, recipient := range req.Recipients {
		for _, problem := range problems(recipient, maxLongText) {
			add(pb.ErrorReason_INVALID_FILTER, fmt.Sprintf("recipients[%d]", i), problem)
		}
	}
	check("idempotency_key", req.IdempotencyKey, maxShortText)
	check("workflow_slug", req.WorkflowSlug, maxShortText)
	if len(req.ProtoReflect().GetUnknown()) > 0 {
		add(pb.ErrorReason_UNKNOWN_FIELD, "", "has a field that this gateway does not know")
	}
	if req.ExecutionId == nil && len(req.Recipients) == 0 && req.IdempotencyKey == nil && req.WorkflowSlug == nil {
		add(pb.ErrorReason_NO_FILTER, "", "set at least one of execution_id, recipients, idempotency_key, workflow_slug")
	}
	if len(f.violations) == 0 {
		return nil
	}
	if more := len(f.violations) - maxViolations; more > 0 {
		f.violations = f.violations[:maxViolations]
		add(f.reason, "", fmt.Sprintf("and %d more", more))
	}
	return f
}

func problems(text string, limit int) (found []string) {
	if strings.TrimFunc(text, isBlank) == "" {
		found = append(found, "is set but empty or blank")
	}
	if utf8.RuneCountInString(text) > limit {
		found = append(found, fmt.Sprintf("has more than %d characters", limit))
	}
	if strings.ContainsFunc(text, unicode.IsControl) {
		found = append(found, "has control characters")
	}
	return found
}

// isBlank tells Unicode white space and zero-width characters.
func isBlank(r rune) bool {
	return unicode.IsSpace(r) || r >= 0x200B && r <= 0x200D || r == 0x2060 || r == 0xFEFF
}

func newRequestID() string {
	var id [16]byte
	_, _ = rand.Read(id[:]) // Never fails.
	return hex.EncodeToString(id[:])
}

func record(ctx context.Context, req *pb.CancelWorkflowRequest, requestID string, result cancelResult, took time.Duration) {
	level, code, reason, outcome := slog.LevelInfo, codes.OK, "", ""
	if f := result.failure; f != nil {
		level, code, reason, outcome = slog.LevelWarn, f.code, f.reason.String(), f.outcome
	}
	callsTotal.WithLabelValues(code.String(), reason).Inc()
	callSeconds.Observe(took.Seconds())
	slog.LogAttrs(ctx, level, "CancelWorkflow",
		slog.String("request_id", requestID),
		slog.String("code", code.String()),
		slog.String("reason", reason),
		slog.String("outcome", outcome),
		slog.Int("http_status", result.httpStatus),
		slog.Int("attempts", result.attempts),
		slog.Float64("duration_ms", float64(took.Microseconds())/1000),
		slog.Bool("has_execution_id", req.ExecutionId != nil),
		slog.Int("recipients", len(req.Recipients)),
		slog.Bool("has_idempotency_key", req.IdempotencyKey != nil),
		slog.Bool("has_workflow_slug", req.WorkflowSlug != nil),
		slog.Bool("validate_only", req.ValidateOnly),
		slog.Int("cancelled", len(result.executionIDs)))
}

func toResponse(result cancelResult) *pb.CancelWorkflowResponse {
	response := &pb.CancelWorkflowResponse{
		ExecutionIds:                result.executionIDs,
		ExecutionIdsMayBeIncomplete: result.mayBeIncomplete,
		CancelledCount:              int64(len(result.executionIDs)),
	}
	bytes := 0
	for i, id := range result.executionIDs {
		const overhead = 5 // of tag and length, at most
		if bytes += len(id) + overhead; bytes > maxIDBytes {
			response.ExecutionIds = result.executionIDs[:i]
			response.ExecutionIdsMayBeIncomplete = true
			break
		}
	}
	return response
}

func toStatus(result cancelResult, requestID string) *status.Status {
	f := result.failure
	info := &errdetails.ErrorInfo{Reason: f.reason.String(), Domain: "suprsend-gateway", Metadata: map[string]string{
		"outcome": f.outcome, "attempts": strconv.Itoa(result.attempts)}}
	if result.httpStatus != 0 {
		info.Metadata["http_status"] = strconv.Itoa(result.httpStatus)
	}
	details := []protoadapt.MessageV1{info, &errdetails.RequestInfo{RequestId: requestID}}
	if len(f.violations) > 0 {
		details = append(details, &errdetails.BadRequest{FieldViolations: f.violations})
	}
	if f.retryAfter > 0 {
		details = append(details, &errdetails.RetryInfo{RetryDelay: durationpb.New(f.retryAfter)})
	}
	message := info.Reason + ": nothing was cancelled"
	if f.outcome == unknown {
		message = info.Reason + ": runs may have been cancelled"
	}
	s := status.New(f.code, message)
	if detailed, err := s.WithDetails(details...); err == nil {
		return detailed
	}
	return s
}
