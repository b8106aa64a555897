#include "service/rpc/validate_request.h"

#include <google/protobuf/message.h>
#include <google/protobuf/unknown_field_set.h>

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "service/base/utf8.h"

namespace suprsend_gateway::rpc {
namespace {

using ::suprsend::gateway::v1::CancelWorkflowRequest;
using workflow::FailureKind;

// What there is to know of a text for the rules.
struct TextFacts {
  size_t code_points = 0;
  bool is_blank = true;
  bool has_control = false;
};

TextFacts Examine(std::string_view text) {
  TextFacts facts;
  while (const std::optional<char32_t> c = base::TakeCodePoint(text)) {
    ++facts.code_points;
    facts.is_blank = facts.is_blank && base::IsBlank(*c);
    facts.has_control = facts.has_control || base::IsControl(*c);
  }
  return facts;
}

// `name` makes the field's name, and only for a value that breaks a rule.
template <typename Name>
void CheckText(std::string_view value, size_t max_code_points, const Name& name,
               Violations& violations) {
  const TextFacts facts = Examine(value);
  const auto add = [&](std::string_view description) {
    violations.Add(FailureKind::kInvalidFilter, name(), std::string(description));
  };
  if (value.empty()) {
    add("is set but empty; leave it unset, or give it a value");
  } else if (facts.is_blank) {
    add("is blank: nothing but white space or zero-width characters");
  }
  if (facts.code_points > max_code_points) {
    add(absl::StrCat("has ", facts.code_points, " characters; at most ", max_code_points,
                     " are allowed"));
  }
  if (facts.has_control) add("has control characters, which are not allowed");
}

void CheckUnknownFields(const CancelWorkflowRequest& request, Violations& violations) {
  const auto& unknown = request.GetReflection()->GetUnknownFields(request);
  std::set<int> told;
  for (int i = 0; i < unknown.field_count(); ++i) {
    const int number = unknown.field(i).number();
    if (!told.insert(number).second) continue;
    violations.Add(
        FailureKind::kUnknownField, absl::StrCat(number),
        "is no field, or not of this type, in this version of the gateway; it could be a "
        "filter, so it is not ignored");
  }
}

}  // namespace

Violations ValidateRequest(const CancelWorkflowRequest& request, Violations violations) {
  const auto check = [&](bool is_set, std::string_view value, size_t limit, const char* name) {
    if (is_set)
      CheckText(
          value, limit, [name] { return std::string(name); }, violations);
  };
  check(request.has_execution_id(), request.execution_id(), kMaxExecutionId, "execution_id");
  for (int i = 0; i < request.recipients_size(); ++i) {
    CheckText(
        request.recipients(i), kMaxRecipient, [i] { return absl::StrCat("recipients[", i, "]"); },
        violations);
  }
  check(request.has_idempotency_key(), request.idempotency_key(), kMaxIdempotencyKey,
        "idempotency_key");
  check(request.has_workflow_slug(), request.workflow_slug(), kMaxWorkflowSlug, "workflow_slug");
  CheckUnknownFields(request, violations);
  if (!request.has_execution_id() && request.recipients().empty() &&
      !request.has_idempotency_key() && !request.has_workflow_slug()) {
    violations.Add(FailureKind::kNoFilter, "",
                   "set at least one of execution_id, recipients, idempotency_key, workflow_slug");
  }
  return violations;
}

workflow::CancelFilter TakeFilter(CancelWorkflowRequest&& request) {
  workflow::CancelFilter filter;
  if (request.has_execution_id()) filter.execution_id = std::move(*request.mutable_execution_id());
  filter.recipients.reserve(static_cast<size_t>(request.recipients_size()));
  for (std::string& recipient : *request.mutable_recipients()) {
    filter.recipients.push_back(std::move(recipient));
  }
  if (request.has_idempotency_key()) {
    filter.idempotency_key = std::move(*request.mutable_idempotency_key());
  }
  if (request.has_workflow_slug()) {
    filter.workflow_slug = std::move(*request.mutable_workflow_slug());
  }
  return filter;
}

}  // namespace suprsend_gateway::rpc
