#include "tests/emulator/cancel_request.h"

#include <optional>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "tests/emulator/json.h"

namespace suprsend_gateway::emulator {
namespace {

absl::Status ReadString(const rapidjson::Value& body, const char* name,
                        std::optional<std::string>& filter) {
  const auto member = body.FindMember(name);
  if (member == body.MemberEnd()) return absl::OkStatus();
  auto value = NonEmptyString(member->value, name);
  if (!value.ok()) return value.status();
  filter = *std::move(value);
  return absl::OkStatus();
}

absl::Status ReadRecipients(const rapidjson::Value& body, CancelFilter& filter) {
  const auto member = body.FindMember("recipients");
  if (member == body.MemberEnd()) return absl::OkStatus();
  if (!member->value.IsArray() || member->value.Empty()) {
    return absl::InvalidArgumentError("recipients must be a non-empty list of strings");
  }
  filter.recipients.emplace();
  for (rapidjson::SizeType i = 0; i < member->value.Size(); ++i) {
    auto value = NonEmptyString(member->value[i], absl::StrCat("recipients[", i, "]"));
    if (!value.ok()) return value.status();
    filter.recipients->push_back(*std::move(value));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<CancelFilter> ParseCancelRequest(const std::string& body, bool accept_slug_alone) {
  auto document = ParseJson(body, Utf8::kRequired);
  if (!document.ok()) return document.status();
  if (!document->IsObject()) return absl::InvalidArgumentError("the body must be an object");
  CancelFilter filter;
  for (const absl::Status& status :
       {CheckNoDuplicates(*document), ReadString(*document, "execution_id", filter.execution_id),
        ReadRecipients(*document, filter),
        ReadString(*document, "idempotency_key", filter.idempotency_key),
        ReadString(*document, "workflow_slug", filter.workflow_slug)}) {
    if (!status.ok()) return status;
  }
  const bool narrow = filter.execution_id || filter.recipients || filter.idempotency_key;
  const bool slug_is_enough = filter.workflow_slug && accept_slug_alone;
  if (!narrow && !slug_is_enough) return absl::InvalidArgumentError(kNoFilterMessage);
  return filter;
}

}  // namespace suprsend_gateway::emulator
