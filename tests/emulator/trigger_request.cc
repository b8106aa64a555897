#include "tests/emulator/trigger_request.h"

#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "tests/emulator/json.h"

namespace suprsend_gateway::emulator {
namespace {

// The channels of the SDK's request schema. Their values are strings or objects, alone or in a
// list.
constexpr const char* kChannels[] = {"$email",     "$sms",    "$whatsapp", "$inbox",
                                     "$messenger", "$slack",  "$ms_teams", "$androidpush",
                                     "$iospush",   "$webpush"};
// What names the recipient inside a channel's object; access tokens and the like do not.
constexpr const char* kContactFields[] = {"email", "user_id", "channel_id", "conversation_id",
                                          "token"};

absl::Status Invalid(const std::string& field, const char* problem) {
  return absl::InvalidArgumentError(absl::StrCat(field, " ", problem));
}

void AddContacts(const rapidjson::Value& contact, std::vector<std::string>& identifiers) {
  if (contact.IsString()) {
    if (contact.GetStringLength() > 0) {
      identifiers.emplace_back(contact.GetString(), contact.GetStringLength());
    }
  } else if (contact.IsArray()) {
    for (const auto& element : contact.GetArray()) AddContacts(element, identifiers);
  } else if (contact.IsObject()) {
    for (const char* name : kContactFields) {
      const auto field = contact.FindMember(name);
      if (field != contact.MemberEnd() && field->value.IsString()) {
        AddContacts(field->value, identifiers);
      }
    }
  }
}

const rapidjson::Value* Find(const rapidjson::Value& object, const char* name) {
  const auto member = object.FindMember(name);
  return member == object.MemberEnd() || member->value.IsNull() ? nullptr : &member->value;
}

const rapidjson::Value* FindEither(const rapidjson::Value& object, const char* name,
                                   const char* older_name) {
  const rapidjson::Value* value = Find(object, name);
  return value != nullptr ? value : Find(object, older_name);
}

absl::StatusOr<std::optional<std::string>> OptionalString(const rapidjson::Value& object,
                                                          const char* name,
                                                          const std::string& where) {
  const rapidjson::Value* value = Find(object, name);
  if (value == nullptr) return std::optional<std::string>();
  auto text = NonEmptyString(*value, absl::StrCat(where, name));
  if (!text.ok()) return text.status();
  return std::optional<std::string>(*std::move(text));
}

absl::StatusOr<Trigger> ParseTrigger(const rapidjson::Value& value, const std::string& element) {
  if (!value.IsObject())
    return Invalid(element.empty() ? "the body" : element, "must be an object");
  const std::string where = element.empty() ? "" : absl::StrCat(element, ".");
  const rapidjson::Value* workflow = FindEither(value, "workflow", "name");
  if (workflow == nullptr) return Invalid(absl::StrCat(where, "workflow"), "is required");
  auto slug = NonEmptyString(*workflow, absl::StrCat(where, "workflow"));
  if (!slug.ok()) return slug.status();
  const rapidjson::Value* recipients = FindEither(value, "recipients", "users");
  if (recipients == nullptr || !recipients->IsArray() || recipients->Empty()) {
    return Invalid(absl::StrCat(where, "recipients"), "must be a list of at least one recipient");
  }
  const rapidjson::Value* data = Find(value, "data");
  if (data == nullptr || !data->IsObject()) {
    return Invalid(absl::StrCat(where, "data"), "must be an object");
  }
  auto key = OptionalString(value, "$idempotency_key", where);
  if (!key.ok()) return key.status();
  Trigger trigger{.workflow_slug = *std::move(slug), .idempotency_key = *std::move(key)};
  for (rapidjson::SizeType i = 0; i < recipients->Size(); ++i) {
    auto recipient = ParseRecipient((*recipients)[i], absl::StrCat(where, "recipients[", i, "]"));
    if (!recipient.ok()) return recipient.status();
    trigger.recipients.push_back(*std::move(recipient));
  }
  return trigger;
}

absl::StatusOr<SeedRun> ParseSeedRun(const rapidjson::Value& value, const std::string& where) {
  if (!value.IsObject()) return Invalid(where, "must be an object");
  for (const auto& member : value.GetObject()) {
    const std::string name = member.name.GetString();
    if (name != "workflow_slug" && name != "recipient" && name != "idempotency_key" &&
        name != "execution_id") {
      return Invalid(absl::StrCat(where, ".", name),
                     "is unknown; allowed are workflow_slug, recipient, idempotency_key and "
                     "execution_id");
    }
  }
  auto slug = OptionalString(value, "workflow_slug", absl::StrCat(where, "."));
  if (!slug.ok()) return slug.status();
  if (!slug->has_value()) return Invalid(absl::StrCat(where, ".workflow_slug"), "is required");
  const rapidjson::Value* named = Find(value, "recipient");
  if (named == nullptr) return Invalid(absl::StrCat(where, ".recipient"), "is required");
  auto recipient = ParseRecipient(*named, absl::StrCat(where, ".recipient"));
  if (!recipient.ok()) return recipient.status();
  auto key = OptionalString(value, "idempotency_key", absl::StrCat(where, "."));
  if (!key.ok()) return key.status();
  auto id = OptionalString(value, "execution_id", absl::StrCat(where, "."));
  if (!id.ok()) return id.status();
  return SeedRun{.workflow_slug = **std::move(slug),
                 .recipient = *std::move(recipient),
                 .idempotency_key = *std::move(key),
                 .execution_id = *std::move(id)};
}

}  // namespace

absl::StatusOr<Recipient> ParseRecipient(const rapidjson::Value& value, const std::string& field) {
  Recipient recipient{.json = WriteJson(value)};
  if (value.IsString()) {
    AddContacts(value, recipient.identifiers);
  } else if (value.IsObject()) {
    const rapidjson::Value* distinct_id = Find(value, "distinct_id");
    if (distinct_id != nullptr && distinct_id->IsString()) {
      AddContacts(*distinct_id, recipient.identifiers);
    }
    for (const char* channel : kChannels) {
      const rapidjson::Value* contact = Find(value, channel);
      if (contact != nullptr) AddContacts(*contact, recipient.identifiers);
    }
  }
  if (recipient.identifiers.empty()) {
    return Invalid(field,
                   "must be a non-empty string, or an object with a distinct_id or contact info");
  }
  return recipient;
}

absl::StatusOr<TriggerRequest> ParseTriggerRequest(const std::string& body) {
  auto document = ParseJson(body, Utf8::kRequired);
  if (!document.ok()) return document.status();
  TriggerRequest request{.bulk = document->IsArray()};
  if (!request.bulk) {
    auto trigger = ParseTrigger(*document, "");
    if (!trigger.ok()) return trigger.status();
    request.triggers.push_back(*std::move(trigger));
    return request;
  }
  if (document->Empty()) return Invalid("the body", "must not be an empty list");
  for (rapidjson::SizeType i = 0; i < document->Size(); ++i) {
    auto trigger = ParseTrigger((*document)[i], absl::StrCat("[", i, "]"));
    if (!trigger.ok()) return trigger.status();
    request.triggers.push_back(*std::move(trigger));
  }
  return request;
}

absl::StatusOr<std::vector<SeedRun>> ParseSeedFile(const std::string& text) {
  auto document = ParseJson(text, Utf8::kRequired);
  if (!document.ok()) return document.status();
  if (!document->IsArray()) return Invalid("the file", "must be a list of runs");
  std::vector<SeedRun> runs;
  for (rapidjson::SizeType i = 0; i < document->Size(); ++i) {
    auto run = ParseSeedRun((*document)[i], absl::StrCat("[", i, "]"));
    if (!run.ok()) return run.status();
    runs.push_back(*std::move(run));
  }
  return runs;
}

}  // namespace suprsend_gateway::emulator
