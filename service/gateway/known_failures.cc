#include "service/gateway/known_failures.h"

#include <algorithm>
#include <array>
#include <string>

#include "absl/status/status.h"
#include "service/rpc/failure_status.h"
#include "service/workflow/failure.h"

namespace suprsend_gateway::gateway {
namespace {

// Whether an attempt can end so, or a call only before its first.
bool IsOfAttempts(workflow::FailureKind kind) {
  using enum workflow::FailureKind;
  constexpr auto kOthers = std::to_array<workflow::FailureKind>(
      {kInvalidFilter, kUnknownField, kNoFilter, kRequestTooLarge, kMalformedRequest,
       kCallerUnauthenticated, kCallerNotAllowed, kQuotaExceeded, kAuditUnavailable, kCircuitOpen});
  return std::find(kOthers.begin(), kOthers.end(), kind) == kOthers.end();
}

}  // namespace

std::vector<telemetry::FailureLabels> KnownFailures() {
  std::vector<telemetry::FailureLabels> failures;
  failures.reserve(workflow::kFailureTable.size());
  for (const workflow::FailureRow& row : workflow::kFailureTable) {
    failures.push_back({.code = absl::StatusCodeToString(row.code),
                        .reason = std::string(row.reason),
                        .outcome = std::string(rpc::NameOf(row.outcome)),
                        .kind = std::string(IsOfAttempts(row.kind) ? row.log_name : "")});
  }
  return failures;
}

}  // namespace suprsend_gateway::gateway
