#include "service/suprsend/error_body.h"

#include <rapidjson/document.h>

#include <algorithm>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "service/base/utf8.h"
#include "service/suprsend/redact.h"

namespace suprsend_gateway::suprsend {
namespace {

constexpr size_t kMaxCodeBytes = 64;

absl::string_view Absl(std::string_view text) { return {text.data(), text.size()}; }

// The text of a string or an integer; empty for anything else.
std::string TextOf(const rapidjson::Value& value) {
  if (value.IsString()) return std::string(value.GetString(), value.GetStringLength());
  if (value.IsInt64()) return std::to_string(value.GetInt64());
  return "";
}

std::string Member(const rapidjson::Value& object, const char* name) {
  const auto member = object.FindMember(name);
  return member == object.MemberEnd() ? "" : TextOf(member->value);
}

void ReadObject(const rapidjson::Value& object, ErrorBody& result) {
  result.is_suprsend_error =
      object.HasMember("code") || object.HasMember("error_code") || object.HasMember("error");
  result.code = Member(object, "error_code");
  if (result.code.empty()) result.code = Member(object, "code");
  result.message = Member(object, "message");
  const auto error = object.FindMember("error");
  if (error != object.MemberEnd() && error->value.IsObject()) {
    if (result.code.empty()) result.code = Member(error->value, "type");
    if (result.message.empty()) result.message = Member(error->value, "message");
  } else if (result.message.empty()) {
    result.message = Member(object, "error");
  }
  if (result.message.empty()) result.message = Member(object, "detail");
}

bool LooksLikeHtml(std::string_view body, std::string_view content_type) {
  if (absl::StartsWithIgnoreCase(Absl(content_type), "text/html") ||
      absl::StartsWithIgnoreCase(Absl(content_type), "application/xhtml")) {
    return true;
  }
  if (body.starts_with("\xEF\xBB\xBF")) body.remove_prefix(3);
  const absl::string_view start = absl::StripLeadingAsciiWhitespace(Absl(body));
  return absl::StartsWith(start, "<");
}

bool IsOneLineOfText(std::string_view body) {
  return body.size() <= kMaxMessageBytes && !body.starts_with('{') && !body.starts_with('[') &&
         base::IsValidUtf8(body) && body.find('\n') >= body.size() - 1;
}

std::string WithoutControls(std::string_view text) {
  std::string clean;
  while (!text.empty()) {
    const std::string_view before = text;
    const std::optional<char32_t> c = base::TakeCodePoint(text);
    if (!c) {
      text.remove_prefix(1);
    } else if (!base::IsControl(*c)) {
      clean.append(before.substr(0, before.size() - text.size()));
    }
  }
  return clean;
}

bool LooksLikeCode(std::string_view code) {
  return code.size() <= kMaxCodeBytes && std::all_of(code.begin(), code.end(), [](char c) {
           return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '.' ||
                  c == '-';
         });
}

void CutBetweenCharacters(std::string& text, size_t limit) {
  if (text.size() <= limit) return;
  while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0u) == 0x80u) --limit;
  text.resize(limit);
}

}  // namespace

ErrorBody ReadErrorBody(const http::HttpResponse& response) {
  const std::string_view body = response.body;
  ErrorBody result{.is_html = LooksLikeHtml(body, response.content_type)};
  // Half a message could end in half of a value that has to be redacted.
  if (!response.body_complete || body.size() > kMaxErrorBodyBytes) return result;
  rapidjson::Document document;
  document.Parse<rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag>(
      body.data(), body.size());
  if (document.HasParseError()) {
    if (!result.is_html && IsOneLineOfText(body)) result.message = body;
    return result;
  }
  result.is_html = false;
  if (document.IsObject()) ReadObject(document, result);
  if (document.IsString()) result.message = TextOf(document);
  return result;
}

CleanWords Clean(const ErrorBody& body, const std::vector<std::string_view>& secrets) {
  const std::string code = LooksLikeCode(body.code) ? body.code : "";
  const std::string message = WithoutControls(body.message);
  if (code.empty() && message.empty()) return {};
  // Both at once, since there may be many secrets to read.
  const std::string redacted = Redact(code + '\n' + message, secrets);
  const size_t line_end = redacted.find('\n');
  if (line_end == std::string::npos) {
    return message.empty() ? CleanWords{} : Clean({.code = code}, secrets);
  }
  CleanWords words{.message = redacted.substr(line_end + 1)};
  if (redacted.compare(0, line_end, code) == 0) words.code = code;
  CutBetweenCharacters(words.message, kMaxMessageBytes);
  return words;
}

}  // namespace suprsend_gateway::suprsend
