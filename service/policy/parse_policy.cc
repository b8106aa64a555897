#include "service/policy/parse_policy.h"

#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "service/policy/fault.h"
#include "service/policy/json_value.h"
#include "service/policy/rules_draft.h"

namespace suprsend_gateway::policy {
namespace {

using rapidjson::SizeType;

constexpr auto kPolicyFields =
    std::to_array<std::string_view>({"allow_calls", "allow_open_calls", "callers"});

std::string Listed(std::span<const std::string_view> fields) {
  std::string list(fields.front());
  for (const std::string_view field : fields.subspan(1)) {
    list.append(field == fields.back() ? " and " : ", ").append(field);
  }
  return list;
}

// Takes the policy from the events of the parser. The first fault ends the parse.
class PolicyHandler : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, PolicyHandler> {
 public:
  // `stream` is that of the parser, over `text`.
  PolicyHandler(std::string_view text, const rapidjson::MemoryStream& stream)
      : text_(text), stream_(stream) {}

  bool Null() { return OnScalar(JsonValue::kNull, ""); }
  bool Bool(bool value) { return OnScalar(JsonValue::kBool, value ? "true" : "false"); }
  bool RawNumber(const char* text, SizeType size, bool) {
    return OnScalar(JsonValue::kNumber, {text, size});
  }
  bool String(const char* text, SizeType size, bool) {
    return OnScalar(JsonValue::kString, {text, size});
  }
  bool StartObject() {
    TakeBracket();
    return OnValue({.kind = JsonValue::kObject});
  }
  bool StartArray() {
    TakeBracket();
    return OnValue({.kind = JsonValue::kList});
  }
  bool Key(const char* text, SizeType size, bool) {
    TakeToken();
    const std::string_view name(text, size);
    return level_ == kCallers ? BeginCaller(name) : BeginField(name);
  }
  bool EndObject(SizeType) {
    TakeBracket();
    if (level_ == kRules) return EndCaller();
    if (level_ == kPolicy && !policy_fields_.contains("callers")) {
      return Fail("", "callers is missing");
    }
    level_ = level_ == kCallers ? kPolicy : kOutside;
    return true;
  }
  bool EndArray(SizeType size) {
    TakeBracket();
    level_ = kRules;
    if (size > 0) return true;
    begin_ = rule_fields_.at(field_);
    return Fail(RulePath(), "must hold a slug; leave the field out to allow any");
  }

  const std::optional<Fault>& fault() const { return fault_; }
  Policy Take() { return std::move(policy_); }

 private:
  // The object or list that the parser is in.
  enum Level { kOutside, kPolicy, kCallers, kRules, kSlugs };

  // The parser tells a token when it has read it. It begins behind the one before, white space, a
  // colon or a comma.
  void TakeToken() {
    begin_ = text_.find_first_not_of(" \t\r\n:,", end_);
    end_ = stream_.Tell();
  }
  // A bracket is told before it is read.
  void TakeBracket() {
    TakeToken();
    end_ = begin_ + 1;
  }
  std::string ShownToken() const { return Shown(text_.substr(begin_, end_ - begin_)); }

  bool Fail(const std::string& path, const std::string& message) {
    fault_ = Fault{.offset = begin_, .path = path, .message = message};
    return false;
  }

  // Goes on where nothing else is wanted.
  bool Check(const JsonValue& value, const std::string& path, const Wanted& wanted) {
    if (!wanted) return true;
    std::string given = ShownToken();
    if (value.kind == JsonValue::kObject) given = "an object";
    if (value.kind == JsonValue::kList) given = "a list";
    return Fail(path, "must be " + *wanted + ", not " + given);
  }
  bool EnterObject(const JsonValue& value, const std::string& path, Level level) {
    level_ = level;
    return value.kind == JsonValue::kObject || Check(value, path, "an object");
  }
  bool EnterSlugs(const JsonValue& value) {
    level_ = kSlugs;
    slugs_.clear();
    rules_.BeginSlugs();
    return value.kind == JsonValue::kList || Check(value, RulePath(), "a list of slugs");
  }

  std::string CallerPath() const { return "callers[" + caller_shown_ + "]"; }
  std::string RulePath() const { return CallerPath() + "." + field_; }

  bool BeginField(std::string_view name) {
    const bool is_rule = level_ == kRules;
    const std::span<const std::string_view> fields =
        is_rule ? std::span<const std::string_view>(RulesDraft::kFields) : kPolicyFields;
    if (std::find(fields.begin(), fields.end(), name) == fields.end()) {
      return Fail(is_rule ? CallerPath() : "",
                  "there is no field " + ShownToken() + "; there are " + Listed(fields));
    }
    field_ = name;
    if ((is_rule ? rule_fields_ : policy_fields_).emplace(field_, begin_).second) return true;
    return Fail(is_rule ? RulePath() : field_, "stands twice");
  }

  bool BeginCaller(std::string_view name) {
    caller_shown_ = ShownToken();
    const JsonValue value{.kind = JsonValue::kString, .text = name};
    if (!Check(value, "callers", ReadCallerName(value, caller_))) return false;
    if (policy_.callers.contains(caller_)) return Fail(CallerPath(), "stands twice");
    rules_ = {};
    rule_fields_.clear();
    return true;
  }

  bool EndCaller() {
    level_ = kCallers;
    if (const std::optional<RulesDraft::Lack> lack = rules_.FindLack()) {
      field_ = lack->field;
      begin_ = rule_fields_.at(field_);
      return Fail(RulePath(), "needs " + std::string(lack->needs) + " beside it");
    }
    policy_.callers.emplace(caller_, std::move(rules_).Finish());
    return true;
  }

  bool OnScalar(JsonValue::Kind kind, std::string_view text) {
    TakeToken();
    return OnValue({.kind = kind, .text = text});
  }

  bool OnValue(const JsonValue& value) {
    switch (level_) {
      case kOutside:
        return EnterObject(value, "", kPolicy);
      case kPolicy:
        if (field_ == "callers") return EnterObject(value, field_, kCallers);
        return Check(value, field_, ReadBool(value, Switch()));
      case kCallers:
        return EnterObject(value, CallerPath(), kRules);
      case kRules:
        rule_fields_[field_] = begin_;
        if (field_ == "workflow_slugs") return EnterSlugs(value);
        return Check(value, RulePath(), rules_.Read(field_, value));
      case kSlugs:
        break;
    }
    return OnSlug(value);
  }

  bool OnSlug(const JsonValue& value) {
    const std::string path = RulePath() + "[" + std::to_string(rules_.Slugs().size()) + "]";
    std::string& slug = rules_.Slugs().emplace_back();
    if (!Check(value, path, ReadSlug(value, slug))) return false;
    return slugs_.insert(slug).second || Fail(path, "stands twice");
  }

  bool& Switch() {
    return field_ == "allow_calls" ? policy_.allow_calls : policy_.allow_open_calls;
  }

  const std::string_view text_;
  const rapidjson::MemoryStream& stream_;
  // The latest token.
  size_t begin_ = 0;
  size_t end_ = 0;

  Level level_ = kOutside;
  std::string field_;
  // Where each begins; in rule_fields_ its value, once that is read.
  std::map<std::string, size_t, std::less<>> policy_fields_;
  Policy policy_;
  std::optional<Fault> fault_;

  // Of the caller whose rules are read.
  std::string caller_;
  std::string caller_shown_;
  std::map<std::string, size_t, std::less<>> rule_fields_;
  RulesDraft rules_;
  std::set<std::string> slugs_;
};

std::optional<Fault> Read(std::string_view json, Policy& policy) {
  if (std::optional<Fault> fault = FindBadBytes(json)) return fault;
  // Numbers stay text, so that 100.0 is told from 100.
  constexpr unsigned kFlags =
      rapidjson::kParseIterativeFlag | rapidjson::kParseNumbersAsStringsFlag;
  rapidjson::MemoryStream stream(json.data(), json.size());
  rapidjson::Reader reader;
  PolicyHandler handler(json, stream);
  const rapidjson::ParseResult result = reader.Parse<kFlags>(stream, handler);
  if (handler.fault()) return handler.fault();
  if (result.IsError()) {
    const std::string what = rapidjson::GetParseError_En(result.Code());
    return Fault{.offset = result.Offset(), .path = "", .message = "invalid JSON: " + what};
  }
  policy = handler.Take();
  return std::nullopt;
}

}  // namespace

absl::StatusOr<Policy> ParsePolicy(std::string_view json) {
  if (json.size() > kMaxPolicyBytes) {
    return absl::InvalidArgumentError("is longer than " + std::to_string(kMaxPolicyBytes) +
                                      " bytes, the most that is allowed");
  }
  Policy policy;
  const std::optional<Fault> fault = Read(json, policy);
  if (fault) return absl::InvalidArgumentError(Describe(*fault, json));
  return policy;
}

}  // namespace suprsend_gateway::policy
