#ifndef SERVICE_POLICY_RULES_DRAFT_H_
#define SERVICE_POLICY_RULES_DRAFT_H_

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "service/policy/json_value.h"
#include "service/policy/policy.h"

namespace suprsend_gateway::policy {

// The rules of one caller while their fields are read, in any order.
class RulesDraft {
 public:
  static constexpr auto kFields = std::to_array<std::string_view>(
      {"workflow_slugs", "must_name_slug", "allow_open_calls", "allow_slug_alone", "max_recipients",
       "calls_per_second", "burst"});

  // Of any field but workflow_slugs, which is a list: its slugs are read one by one.
  Wanted Read(std::string_view field, const JsonValue& value);
  std::vector<std::string>& BeginSlugs() { return rules_.workflow_slugs.emplace(); }
  std::vector<std::string>& Slugs() { return *rules_.workflow_slugs; }

  // A field that says nothing without another, which is not there.
  struct Lack {
    std::string_view field;
    std::string_view needs;
  };
  std::optional<Lack> FindLack() const;
  CallerRules Finish() &&;

 private:
  CallerRules rules_;
  std::optional<double> calls_per_second_;
  std::optional<int> burst_;
};

}  // namespace suprsend_gateway::policy

#endif  // SERVICE_POLICY_RULES_DRAFT_H_
