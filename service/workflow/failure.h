#ifndef SERVICE_WORKFLOW_FAILURE_H_
#define SERVICE_WORKFLOW_FAILURE_H_

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "service/clock/scheduler.h"

namespace suprsend_gateway::workflow {

enum class Outcome {
  kNotApplied,  // Upstream, or the way to it, says that nothing was cancelled.
  kUnknown,     // Runs may have been cancelled.
};

// Everything that can end a call other than success, one kind for each row of kFailureTable.
enum class FailureKind {
  // The request breaks a rule.
  kInvalidFilter,
  kUnknownField,
  kNoFilter,
  kRequestTooLarge,
  kMalformedRequest,
  // The caller may not.
  kCallerUnauthenticated,
  kCallerNotAllowed,
  kQuotaExceeded,
  // The gateway holds the request back.
  kOverloaded,
  kAuditUnavailable,
  kCircuitOpen,
  // No answer from upstream.
  kUnreachable,
  kUntrusted,
  kDeadlineBeforeSend,
  kTimeout,
  kConnectionLost,
  kCancelledBeforeSend,
  kCancelledAfterSend,
  // Upstream answered.
  kBadReply,
  kRedirectRefused,
  kRedirectUnclear,
  kRejected,
  kRejectedOther,
  kMisconfigured,
  kCredentialsRejected,
  kNotFound,
  kConflict,
  kUpstreamTooLarge,
  kUnavailable,
  kRateLimited,
  kNotImplemented,
  kUpstreamError,
  kUpstreamErrorFinal,
};

// One row of the contract's status table, without the HTTP side (that is suprsend/classify.h).
struct FailureRow {
  FailureKind kind;
  absl::StatusCode code;    // Same numbers as gRPC's codes.
  std::string_view reason;  // A name of the proto enum ErrorReason.
  Outcome outcome;
  bool transient;             // A later attempt may fare better.
  std::string_view log_name;  // The metric label of an attempt that ended so.
  std::string_view message;   // What the caller reads: no value of the request, no upstream text.
};

inline constexpr auto kFailureTable = std::to_array<FailureRow>({
    {FailureKind::kInvalidFilter, absl::StatusCode::kInvalidArgument, "INVALID_FILTER",
     Outcome::kNotApplied, false, "invalid_filter", "a filter breaks a rule"},
    {FailureKind::kUnknownField, absl::StatusCode::kInvalidArgument, "UNKNOWN_FIELD",
     Outcome::kNotApplied, false, "unknown_field",
     "the request has a field that this gateway does not know"},
    {FailureKind::kNoFilter, absl::StatusCode::kInvalidArgument, "NO_FILTER", Outcome::kNotApplied,
     false, "no_filter", "at least one filter must be set"},
    {FailureKind::kRequestTooLarge, absl::StatusCode::kInvalidArgument, "REQUEST_TOO_LARGE",
     Outcome::kNotApplied, false, "request_too_large", "the request is larger than SuprSend takes"},
    {FailureKind::kMalformedRequest, absl::StatusCode::kInvalidArgument, "MALFORMED_REQUEST",
     Outcome::kNotApplied, false, "malformed_request",
     "the request's bytes are no CancelWorkflowRequest"},
    {FailureKind::kCallerUnauthenticated, absl::StatusCode::kUnauthenticated,
     "CALLER_UNAUTHENTICATED", Outcome::kNotApplied, false, "caller_unauthenticated",
     "the gateway cannot tell who calls"},
    {FailureKind::kCallerNotAllowed, absl::StatusCode::kPermissionDenied, "CALLER_NOT_ALLOWED",
     Outcome::kNotApplied, false, "caller_not_allowed", "the gateway's policy forbids the call"},
    {FailureKind::kQuotaExceeded, absl::StatusCode::kResourceExhausted, "CALLER_QUOTA_EXCEEDED",
     Outcome::kNotApplied, false, "quota_exceeded",
     "the caller makes more calls than its quota; nothing was sent"},
    {FailureKind::kOverloaded, absl::StatusCode::kUnavailable, "GATEWAY_OVERLOADED",
     Outcome::kNotApplied, false, "overloaded",
     "the gateway has too many calls in flight; nothing was sent"},
    {FailureKind::kAuditUnavailable, absl::StatusCode::kUnavailable, "GATEWAY_AUDIT_UNAVAILABLE",
     Outcome::kNotApplied, false, "audit_unavailable",
     "the gateway cannot write its audit log, and takes no calls without; nothing was sent"},
    {FailureKind::kCircuitOpen, absl::StatusCode::kUnavailable, "UPSTREAM_CIRCUIT_OPEN",
     Outcome::kNotApplied, false, "circuit_open",
     "SuprSend has failed too often of late, so the gateway spares it; nothing was sent"},
    {FailureKind::kUnreachable, absl::StatusCode::kUnavailable, "UPSTREAM_UNREACHABLE",
     Outcome::kNotApplied, true, "unreachable", "SuprSend cannot be reached; nothing was sent"},
    {FailureKind::kUntrusted, absl::StatusCode::kInternal, "UPSTREAM_UNTRUSTED",
     Outcome::kNotApplied, false, "untrusted",
     "SuprSend's certificate is not trusted; nothing was sent"},
    {FailureKind::kDeadlineBeforeSend, absl::StatusCode::kDeadlineExceeded, "DEADLINE_BEFORE_SEND",
     Outcome::kNotApplied, false, "deadline_before_send",
     "the deadline passed, or was too near, before anything was sent"},
    {FailureKind::kTimeout, absl::StatusCode::kDeadlineExceeded, "UPSTREAM_TIMEOUT",
     Outcome::kUnknown, true, "timeout", "no answer in time; runs may have been cancelled"},
    {FailureKind::kConnectionLost, absl::StatusCode::kUnknown, "UPSTREAM_CONNECTION_LOST",
     Outcome::kUnknown, true, "connection_lost",
     "the connection was lost after sending; runs may have been cancelled"},
    {FailureKind::kCancelledBeforeSend, absl::StatusCode::kCancelled, "CALLER_CANCELLED",
     Outcome::kNotApplied, false, "cancelled_before_send",
     "the caller cancelled before anything was sent"},
    {FailureKind::kCancelledAfterSend, absl::StatusCode::kCancelled, "CALLER_CANCELLED",
     Outcome::kUnknown, false, "cancelled_after_send",
     "the caller cancelled after sending; runs may have been cancelled"},
    {FailureKind::kBadReply, absl::StatusCode::kUnknown, "UPSTREAM_BAD_REPLY", Outcome::kUnknown,
     false, "bad_reply",
     "SuprSend's answer to the cancel is not valid; runs may have been cancelled"},
    {FailureKind::kRedirectRefused, absl::StatusCode::kInternal, "UPSTREAM_REDIRECT",
     Outcome::kNotApplied, false, "redirect_refused",
     "upstream answered with a redirect, which is never followed; check the gateway's upstream "
     "URL"},
    {FailureKind::kRedirectUnclear, absl::StatusCode::kUnknown, "UPSTREAM_REDIRECT",
     Outcome::kUnknown, false, "redirect_unclear",
     "upstream answered with a redirect; runs may have been cancelled"},
    {FailureKind::kRejected, absl::StatusCode::kInvalidArgument, "UPSTREAM_REJECTED",
     Outcome::kNotApplied, false, "rejected", "SuprSend refused the request"},
    {FailureKind::kRejectedOther, absl::StatusCode::kFailedPrecondition, "UPSTREAM_REJECTED",
     Outcome::kNotApplied, false, "rejected_other", "SuprSend refused the request"},
    {FailureKind::kMisconfigured, absl::StatusCode::kInternal, "UPSTREAM_MISCONFIGURED",
     Outcome::kNotApplied, false, "misconfigured",
     "what answered is not SuprSend's cancel endpoint; check the gateway's upstream URL"},
    {FailureKind::kCredentialsRejected, absl::StatusCode::kInternal,
     "UPSTREAM_CREDENTIALS_REJECTED", Outcome::kNotApplied, false, "credentials_rejected",
     "SuprSend refused the gateway's own API key; the caller's credentials are not at fault"},
    {FailureKind::kNotFound, absl::StatusCode::kNotFound, "UPSTREAM_NOT_FOUND",
     Outcome::kNotApplied, false, "not_found", "SuprSend does not know what the request names"},
    {FailureKind::kConflict, absl::StatusCode::kAborted, "UPSTREAM_CONFLICT", Outcome::kNotApplied,
     false, "conflict", "SuprSend reports a conflict"},
    {FailureKind::kUpstreamTooLarge, absl::StatusCode::kInvalidArgument, "REQUEST_TOO_LARGE",
     Outcome::kNotApplied, false, "upstream_too_large",
     "SuprSend, or a proxy before it, finds the request too large"},
    {FailureKind::kUnavailable, absl::StatusCode::kUnavailable, "UPSTREAM_UNAVAILABLE",
     Outcome::kNotApplied, true, "unavailable", "SuprSend cannot take the request now"},
    {FailureKind::kRateLimited, absl::StatusCode::kResourceExhausted, "UPSTREAM_RATE_LIMITED",
     Outcome::kNotApplied, true, "rate_limited", "SuprSend limits the rate of requests"},
    {FailureKind::kNotImplemented, absl::StatusCode::kUnimplemented, "UPSTREAM_MISCONFIGURED",
     Outcome::kNotApplied, false, "not_implemented",
     "what answered does not know the cancel endpoint; check the gateway's upstream URL"},
    {FailureKind::kUpstreamError, absl::StatusCode::kUnknown, "UPSTREAM_ERROR", Outcome::kUnknown,
     true, "upstream_error", "SuprSend failed; runs may have been cancelled"},
    {FailureKind::kUpstreamErrorFinal, absl::StatusCode::kUnknown, "UPSTREAM_ERROR",
     Outcome::kUnknown, false, "upstream_error_final",
     "SuprSend answered with an unexpected status; runs may have been cancelled"},
});

// How one attempt, or a whole call, failed. Holds no value of the request, no header and no key:
// the upstream_ fields were cleaned where they were read (suprsend/error_body.h).
struct Failure {
  FailureKind kind;
  int http_status = 0;  // 0: no answer came.
  std::optional<clock::Duration>
      retry_after;      // When trying again makes sense, where that is known.
  std::string because;  // What the policy says; stands behind the row's message.
  // Of kCredentialsRejected: since the attempt was sent, another key has come into use.
  bool credential_replaced = false;
  std::string upstream_code;
  std::string upstream_message;
};

const FailureRow& RowOf(FailureKind kind);

}  // namespace suprsend_gateway::workflow

#endif  // SERVICE_WORKFLOW_FAILURE_H_
