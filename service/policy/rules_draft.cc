#include "service/policy/rules_draft.h"

#include <cmath>
#include <utility>

namespace suprsend_gateway::policy {

Wanted RulesDraft::Read(std::string_view field, const JsonValue& value) {
  if (field == "must_name_slug") return ReadBool(value, rules_.must_name_slug);
  if (field == "allow_open_calls") return ReadBool(value, rules_.allow_open_calls);
  if (field == "allow_slug_alone") return ReadBool(value, rules_.allow_slug_alone);
  if (field == "calls_per_second") return ReadRate(value, calls_per_second_);
  if (field == "burst") return ReadCount(value, 1, burst_);
  std::optional<int> max_recipients;
  Wanted wanted = ReadCount(value, 0, max_recipients);
  if (max_recipients) rules_.max_recipients = static_cast<size_t>(*max_recipients);
  return wanted;
}

std::optional<RulesDraft::Lack> RulesDraft::FindLack() const {
  if (burst_ && !calls_per_second_) return Lack{.field = "burst", .needs = "calls_per_second"};
  if (rules_.allow_slug_alone && !rules_.allow_open_calls) {
    return Lack{.field = "allow_slug_alone", .needs = "\"allow_open_calls\": true"};
  }
  return std::nullopt;
}

CallerRules RulesDraft::Finish() && {
  if (calls_per_second_) {
    const int burst = burst_.value_or(static_cast<int>(std::ceil(*calls_per_second_)));
    rules_.quota = {.calls_per_second = *calls_per_second_, .burst = burst};
  }
  return std::move(rules_);
}

}  // namespace suprsend_gateway::policy
