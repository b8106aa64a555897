#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/emulator/fault.h"
#include "tests/emulator/json.h"

namespace suprsend_gateway::emulator {
namespace {

std::string Text(const rapidjson::Value& value) {
  return std::string(value.GetString(), value.GetStringLength());
}

absl::Status Must(const std::string& what) {
  return absl::InvalidArgumentError(absl::StrCat("must be ", what));
}

absl::StatusOr<int64_t> Integer(const rapidjson::Value& value, int64_t least, int64_t most) {
  if (!value.IsInt64() || value.GetInt64() < least || value.GetInt64() > most) {
    return Must(absl::StrCat("an integer from ", least, " to ", most));
  }
  return value.GetInt64();
}

bool IsToken(const std::string& name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return c > 0x20 && c < 0x7F && c != ':';
  });
}

bool IsFieldValue(const std::string& value) {
  return std::none_of(value.begin(), value.end(),
                      [](unsigned char c) { return (c < 0x20 && c != '\t') || c == 0x7F; });
}

absl::Status ReadHeaders(const rapidjson::Value& value, Headers& headers) {
  if (!value.IsObject()) return Must("an object of header names and string values");
  for (const auto& member : value.GetObject()) {
    const std::string name = Text(member.name);
    if (!IsToken(name) || !member.value.IsString() || !IsFieldValue(Text(member.value))) {
      return Must("an object of header names and string values without control characters");
    }
    if (absl::EqualsIgnoreCase(name, "Content-Length") ||
        absl::EqualsIgnoreCase(name, "Transfer-Encoding")) {
      return absl::InvalidArgumentError("must not hold Content-Length or Transfer-Encoding");
    }
    headers.emplace_back(name, Text(member.value));
  }
  return absl::OkStatus();
}

// A fault while its fields are read, with what only the whole of it can decide.
struct Draft {
  Fault fault;
  Reply reply;
  bool has_reply = false;
  bool has_apply = false;
  bool has_delay = false;
  int64_t body_size = 0;
};

template <typename Target>
absl::Status ReadInteger(const rapidjson::Value& value, int64_t least, int64_t most,
                         Target& target) {
  const auto integer = Integer(value, least, most);
  if (integer.ok()) target = Target(*integer);
  return integer.status();
}

absl::Status ReadMatch(const std::string& name, const rapidjson::Value& value, Fault& fault) {
  if (name == "path") {
    if (!value.IsString() || Text(value).rfind('/', 0) != 0) {
      return Must("a string that begins with a slash");
    }
    fault.path = Text(value);
  } else {
    if (!value.IsString()) return Must("a string");
    fault.body_contains = Text(value);
  }
  return absl::OkStatus();
}

absl::Status ReadReply(const std::string& name, const rapidjson::Value& value, Draft& draft) {
  draft.has_reply = true;
  if (name == "status") return ReadInteger(value, 200, 999, draft.reply.status);
  if (name == "headers") return ReadHeaders(value, draft.reply.headers);
  if (name == "body_size") return ReadInteger(value, 0, kMaxReplyBytes, draft.body_size);
  if (!value.IsString()) return Must("a string");
  draft.reply.body = Text(value);
  return absl::OkStatus();
}

absl::Status ReadField(const std::string& name, const rapidjson::Value& value, Draft& draft) {
  if (name == "path" || name == "body_contains") return ReadMatch(name, value, draft.fault);
  if (name == "times") return ReadInteger(value, 1, INT64_MAX, draft.fault.times);
  if (name == "delay_ms") {
    draft.has_delay = true;
    return ReadInteger(value, 0, kMaxDelayMs, draft.fault.delay);
  }
  if (name == "status" || name == "headers" || name == "body" || name == "body_size") {
    return ReadReply(name, value, draft);
  }
  if (name == "apply") {
    if (!value.IsBool()) return Must("true or false");
    draft.has_apply = true;
    draft.fault.apply = value.GetBool();
    return absl::OkStatus();
  }
  if (name == "drop") {
    const std::string drop = value.IsString() ? Text(value) : "";
    if (drop != "before" && drop != "after") return Must("\"before\" or \"after\"");
    draft.fault.drop = drop == "before" ? Drop::kBeforeApplying : Drop::kAfterApplying;
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      "is unknown; allowed are path, body_contains, times, delay_ms, status, headers, body, "
      "body_size, apply and drop");
}

// The rules that hold between fields. The message begins with the field.
absl::StatusOr<Fault> Finish(Draft draft) {
  const bool drops = draft.fault.drop != Drop::kNever;
  if (drops && draft.has_reply) {
    return absl::InvalidArgumentError(".drop cannot go with status, headers, body or body_size");
  }
  if (draft.has_apply && !draft.has_reply) {
    return absl::InvalidArgumentError(".apply needs a status, headers, body or body_size");
  }
  if (!drops && !draft.has_reply && !draft.has_delay) {
    return absl::InvalidArgumentError(
        " does nothing: give it a delay_ms, status, headers, body, body_size or drop");
  }
  if (!draft.has_reply) return std::move(draft.fault);
  const auto size = static_cast<size_t>(draft.body_size);
  if (size > 0 && size < draft.reply.body.size()) {
    return absl::InvalidArgumentError(".body_size must not be less than the size of body");
  }
  draft.reply.body.resize(std::max(size, draft.reply.body.size()), ' ');
  const bool typed = std::any_of(
      draft.reply.headers.begin(), draft.reply.headers.end(),
      [](const auto& header) { return absl::EqualsIgnoreCase(header.first, "Content-Type"); });
  if (!typed) draft.reply.headers.emplace_back("Content-Type", "application/json");
  draft.fault.reply = std::move(draft.reply);
  return std::move(draft.fault);
}

absl::StatusOr<Fault> ParseFault(const rapidjson::Value& value, const std::string& where) {
  if (!value.IsObject()) {
    return absl::InvalidArgumentError(absl::StrCat(where, " must be an object"));
  }
  const absl::Status unique = CheckNoDuplicates(value);
  if (!unique.ok()) {
    return absl::InvalidArgumentError(absl::StrCat(where, ".", unique.message()));
  }
  Draft draft;
  for (const auto& member : value.GetObject()) {
    const std::string name = Text(member.name);
    const absl::Status status = ReadField(name, member.value, draft);
    if (!status.ok()) {
      return absl::InvalidArgumentError(absl::StrCat(where, ".", name, " ", status.message()));
    }
  }
  auto fault = Finish(std::move(draft));
  if (!fault.ok()) {
    return absl::InvalidArgumentError(absl::StrCat(where, fault.status().message()));
  }
  return fault;
}

}  // namespace

absl::StatusOr<std::vector<Fault>> ParseFaults(const std::string& text) {
  auto document = ParseJson(text, Utf8::kAnyBytes);
  if (!document.ok()) return document.status();
  if (!document->IsArray()) return absl::InvalidArgumentError("the body must be a list of faults");
  std::vector<Fault> faults;
  for (rapidjson::SizeType i = 0; i < document->Size(); ++i) {
    auto fault = ParseFault((*document)[i], absl::StrCat("faults[", i, "]"));
    if (!fault.ok()) return fault.status();
    faults.push_back(*std::move(fault));
  }
  return faults;
}

}  // namespace suprsend_gateway::emulator
