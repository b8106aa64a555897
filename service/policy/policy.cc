#include "service/policy/policy.h"

#include <algorithm>

namespace suprsend_gateway::policy {
namespace {

bool MayName(const CallerRules& rules, std::string_view slug) {
  return !rules.workflow_slugs ||
         std::find(rules.workflow_slugs->begin(), rules.workflow_slugs->end(), slug) !=
             rules.workflow_slugs->end();
}

bool IsOpen(const CallShape& call) { return !call.has_execution_id && !call.has_idempotency_key; }

bool IsSlugAlone(const CallShape& call) {
  return IsOpen(call) && call.workflow_slug && call.recipients == 0;
}

}  // namespace

bool IsCallerName(std::string_view name) {
  return !name.empty() &&
         std::all_of(name.begin(), name.end(), [](char c) { return c > ' ' && c <= '~'; });
}

CallerMatch FindCaller(const Policy& policy, const CallerNames& names) {
  CallerMatch match;
  for (const std::string& name : names.uris.empty() ? names.dns : names.uris) {
    const auto entry = policy.callers.find(name);
    // A certificate may say the same name twice.
    if (entry == policy.callers.end() || match.rules == &entry->second) continue;
    if (match.kind == CallerMatch::kOne) {
      return {.kind = CallerMatch::kSeveral, .name = match.name};
    }
    match = {.kind = CallerMatch::kOne, .name = &entry->first, .rules = &entry->second};
  }
  return match;
}

std::optional<std::string> Refusal(const Policy& policy, const CallerRules& rules,
                                   const CallShape& call) {
  if (!policy.allow_calls) return "the operators have stopped all calls (allow_calls)";
  if (IsOpen(call) && !policy.allow_open_calls) {
    return "the operators have stopped calls without an execution_id or idempotency_key, of all "
           "callers (allow_open_calls)";
  }
  if (!call.workflow_slug && rules.must_name_slug) {
    return "this caller must name a workflow_slug (must_name_slug)";
  }
  if (call.workflow_slug && !MayName(rules, *call.workflow_slug)) {
    return "this caller may not name this workflow_slug (workflow_slugs)";
  }
  if (IsOpen(call) && !rules.allow_open_calls) {
    return "this caller must set an execution_id or idempotency_key (allow_open_calls)";
  }
  if (IsSlugAlone(call) && !rules.allow_slug_alone) {
    return "this caller must set another filter beside workflow_slug (allow_slug_alone)";
  }
  if (rules.max_recipients && call.recipients > *rules.max_recipients) {
    return "this caller may name at most " + std::to_string(*rules.max_recipients) +
           " recipients in a call (max_recipients)";
  }
  return std::nullopt;
}

}  // namespace suprsend_gateway::policy
