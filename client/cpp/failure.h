#ifndef CLIENT_CPP_FAILURE_H_
#define CLIENT_CPP_FAILURE_H_

#include <grpcpp/support/status_code_enum.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace suprsend_gateway::client {

// What a failed call may have done. Where a gateway dies with a call in flight that has an
// execution_id or idempotency_key, gRPC repeats it at another, and this tells of the repeat alone:
// kNotApplied does not say then that the first did nothing.
enum class Outcome {
  kNotApplied,  // Nothing was cancelled.
  kUnknown,     // Runs may have been cancelled.
};

// One broken rule of the request.
struct FieldViolation {
  std::string field;        // As the proto names it: "execution_id", "recipients[3]".
  std::string description;  // What is wrong, without the value.

  bool operator==(const FieldViolation&) const = default;
};

// Why a call failed. All text is valid UTF-8, but can hold control characters where something other
// than the gateway answered.
struct Failure {
  grpc::StatusCode code = grpc::StatusCode::UNKNOWN;
  std::string message;

  // A name of the proto enum ErrorReason, which may be newer than this library. Empty where the
  // status has no ErrorInfo of the gateway: a library or a proxy on the way made it, and its
  // outcome is not known, whatever its code says.
  std::string reason;
  Outcome outcome = Outcome::kUnknown;

  std::vector<FieldViolation> violations;
  std::string request_id;                                // Empty where none came.
  std::optional<std::chrono::milliseconds> retry_delay;  // When trying again makes sense.

  std::optional<int> attempts;     // Of the gateway's, those too that could not reach SuprSend.
  std::optional<int> http_status;  // SuprSend's, where it answered.
  std::string upstream_code;       // SuprSend's error code, where its answer has one.
  std::string upstream_message;    // SuprSend's own words, where the gateway passes them on.

  // All of the above and every other detail that came, as a serialized google.rpc.Status.
  std::string status_proto;

  // True where nothing was applied and the same request, sent again, may fare better: outcome
  // kNotApplied with code UNAVAILABLE, RESOURCE_EXHAUSTED or DEADLINE_EXCEEDED (the deadline passed
  // before anything was sent; leave more time). Wait for retry_delay where there is one.
  // False for ABORTED (SuprSend's 409) although nothing was applied: what the request is in
  // conflict with has to be looked at first. False for CANCELLED: it was the caller's wish.
  bool SafeToRetry() const;
};

// gRPC's name for the code, as in "UNAVAILABLE". "CODE_42" for a number that gRPC does not define.
std::string CodeName(grpc::StatusCode code);

}  // namespace suprsend_gateway::client

#endif  // CLIENT_CPP_FAILURE_H_
