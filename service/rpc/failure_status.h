#ifndef SERVICE_RPC_FAILURE_STATUS_H_
#define SERVICE_RPC_FAILURE_STATUS_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "service/rpc/violations.h"
#include "service/workflow/failure.h"

namespace suprsend_gateway::rpc {

inline constexpr std::string_view kErrorDomain = "suprsend-gateway";

// A failure as it goes over the wire.
struct FailureStatus {
  int code;             // gRPC's number.
  std::string message;  // Ours; no value of the request.
  std::string details;  // A serialised google.rpc.Status, for grpc-status-details-bin.
  // For grpc-retry-pushback-ms: what the caller's gRPC library should do. -1: do not try again.
  std::optional<int64_t> retry_pushback_ms;
};

// `attempts`: how often upstream was asked. `violations`: where the request broke a rule.
FailureStatus MakeFailureStatus(const workflow::Failure& failure, size_t attempts,
                                const std::string& request_id,
                                const Violations& violations = Violations());

// "NOT_APPLIED" or "UNKNOWN".
std::string_view NameOf(workflow::Outcome outcome);

}  // namespace suprsend_gateway::rpc

#endif  // SERVICE_RPC_FAILURE_STATUS_H_
