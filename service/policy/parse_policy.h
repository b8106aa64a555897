#ifndef SERVICE_POLICY_PARSE_POLICY_H_
#define SERVICE_POLICY_PARSE_POLICY_H_

#include <cstddef>
#include <string_view>

#include "absl/status/statusor.h"
#include "service/policy/policy.h"

namespace suprsend_gateway::policy {

// Room for some thousand callers, and little enough to be read at any time.
inline constexpr size_t kMaxPolicyBytes = size_t{1} << 20;

// Counts: they fit an int, and nobody needs more.
inline constexpr int kMaxCount = 1'000'000'000;

// Reads a policy, all of it or nothing. Every field but "callers" may be left out:
//   {"allow_calls": true, "allow_open_calls": true,
//    "callers": {"spiffe://prod/ns/billing/sa/api": {
//      "workflow_slugs": ["invoice"], "must_name_slug": true, "allow_open_calls": false,
//      "allow_slug_alone": false, "max_recipients": 100, "calls_per_second": 50, "burst": 100}}}
// A burst that is left out is calls_per_second, rounded up.
// Anything else is INVALID_ARGUMENT, also an unknown field, one that stands twice, one without
// effect as it lacks another, and a caller whom no certificate can name: a rule with a slip of the
// pen must not vanish. The message tells the first fault by line, column and field, and says what
// is allowed:
//   line 7, column 25, callers["billing.internal"].max_recipients: must be a whole number from 0 to
//   1000000000, not "many"
// It is one line of valid UTF-8 without control characters.
absl::StatusOr<Policy> ParsePolicy(std::string_view json);

}  // namespace suprsend_gateway::policy

#endif  // SERVICE_POLICY_PARSE_POLICY_H_
