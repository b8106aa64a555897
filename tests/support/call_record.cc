#include "tests/support/call_record.h"

#include <rapidjson/document.h>

namespace suprsend_gateway::testing {
namespace {

// Reads members of one object, and remembers whether each was there with its type. `http_status`,
// `attempts` and `recipients` may be absent where they mean nothing.
class MemberReader {
 public:
  explicit MemberReader(const rapidjson::Value& object) : object_(object) {}

  std::string String(const char* name) {
    const auto member = object_.FindMember(name);
    good_ = good_ && member != object_.MemberEnd() && member->value.IsString();
    return good_ ? std::string(member->value.GetString(), member->value.GetStringLength()) : "";
  }

  double Number(const char* name) {
    const auto member = object_.FindMember(name);
    if (member == object_.MemberEnd()) return 0;
    good_ = good_ && member->value.IsNumber();
    return good_ ? member->value.GetDouble() : 0;
  }

  int64_t Integer(const char* name) { return static_cast<int64_t>(Number(name)); }

  std::optional<int64_t> OptionalInteger(const char* name) {
    if (!object_.HasMember(name)) return std::nullopt;
    return Integer(name);
  }

  bool Bool(const char* name) {
    const auto member = object_.FindMember(name);
    if (member == object_.MemberEnd()) return false;
    good_ = good_ && member->value.IsBool();
    return good_ && member->value.GetBool();
  }

  std::vector<std::string> Strings(const char* name) {
    std::vector<std::string> strings;
    const auto member = object_.FindMember(name);
    if (member == object_.MemberEnd()) return strings;
    good_ = good_ && member->value.IsArray();
    if (!good_) return strings;
    for (const rapidjson::Value& value : member->value.GetArray()) {
      good_ = good_ && value.IsString();
      if (good_) strings.emplace_back(value.GetString(), value.GetStringLength());
    }
    return strings;
  }

  bool good() const { return good_; }

 private:
  const rapidjson::Value& object_;
  bool good_ = true;
};

}  // namespace

std::ostream& operator<<(std::ostream& out, const CallRecord& record) { return out << record.line; }

std::optional<CallRecord> ParseCallRecord(const std::string& line) {
  rapidjson::Document document;
  document.Parse(line.data(), line.size());
  if (document.HasParseError() || !document.IsObject()) return std::nullopt;
  MemberReader read(document);
  CallRecord record{.time = read.String("time"),
                    .severity = read.String("severity"),
                    .message = read.String("message"),
                    .request_id = read.String("request_id"),
                    .trace_id = read.String("trace_id"),
                    .span_id = read.String("span_id"),
                    .code = read.String("code"),
                    .reason = read.String("reason"),
                    .outcome = read.String("outcome"),
                    .http_status = read.Integer("http_status"),
                    .attempts = read.Integer("attempts"),
                    .duration_ms = read.Number("duration_ms"),
                    .filters = read.Strings("filters"),
                    .recipients = read.Integer("recipients"),
                    .validate_only = read.Bool("validate_only"),
                    .cancelled = read.OptionalInteger("cancelled"),
                    .line = line};
  if (!read.good()) return std::nullopt;
  return record;
}

}  // namespace suprsend_gateway::testing
