#include "tests/emulator/json.h"

#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "rapidjson/encodings.h"
#include "rapidjson/error/en.h"
#include "rapidjson/memorystream.h"

namespace suprsend_gateway::emulator {
namespace {

bool DepthIsWithin(const std::string& text, int limit) {
  int depth = 0;
  bool in_string = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '[' || c == '{') {
      if (++depth > limit) return false;
    } else if (c == ']' || c == '}') {
      --depth;
    }
  }
  return true;
}

}  // namespace

absl::StatusOr<rapidjson::Document> ParseJson(const std::string& text, Utf8 utf8) {
  if (!DepthIsWithin(text, kMaxJsonDepth)) {
    return absl::InvalidArgumentError(
        absl::StrCat("JSON is nested deeper than ", kMaxJsonDepth, " levels"));
  }
  constexpr unsigned kFlags = rapidjson::kParseIterativeFlag;
  rapidjson::Document document;
  if (utf8 == Utf8::kRequired) {
    document.Parse<kFlags | rapidjson::kParseValidateEncodingFlag>(text.data(), text.size());
  } else {
    document.Parse<kFlags>(text.data(), text.size());
  }
  if (document.HasParseError()) {
    return absl::InvalidArgumentError(
        absl::StrCat("invalid JSON at byte ", document.GetErrorOffset(), ": ",
                     rapidjson::GetParseError_En(document.GetParseError())));
  }
  return document;
}

std::string WriteJson(const rapidjson::Value& value) {
  rapidjson::StringBuffer buffer;
  JsonWriter writer(buffer);
  value.Accept(writer);
  return std::string(buffer.GetString(), buffer.GetSize());
}

absl::StatusOr<std::string> NonEmptyString(const rapidjson::Value& value,
                                           const std::string& field) {
  if (!value.IsString() || value.GetStringLength() == 0) {
    return absl::InvalidArgumentError(absl::StrCat(field, " must be a non-empty string"));
  }
  return std::string(value.GetString(), value.GetStringLength());
}

absl::Status CheckNoDuplicates(const rapidjson::Value& object) {
  std::set<std::string> names;
  for (const auto& member : object.GetObject()) {
    std::string name(member.name.GetString(), member.name.GetStringLength());
    if (!names.insert(name).second) {
      return absl::InvalidArgumentError(absl::StrCat(name, " is given more than once"));
    }
  }
  return absl::OkStatus();
}

std::string ToValidUtf8(const std::string& bytes) {
  std::string valid;
  valid.reserve(bytes.size());
  size_t done = 0;
  while (done < bytes.size()) {
    if (static_cast<unsigned char>(bytes[done]) < 0x80) {
      valid.push_back(bytes[done++]);
      continue;
    }
    rapidjson::MemoryStream rest(bytes.data() + done, bytes.size() - done);
    rapidjson::StringBuffer code_point;
    if (rapidjson::UTF8<>::Validate(rest, code_point) && rest.Tell() <= bytes.size() - done) {
      valid.append(bytes, done, rest.Tell());
      done += rest.Tell();
    } else {
      valid += "\xEF\xBF\xBD";
      ++done;
    }
  }
  return valid;
}

void WriteString(JsonWriter& writer, const char* name, const std::string& value) {
  writer.Key(name);
  writer.String(ToValidUtf8(value));
}

void WriteStringOrNull(JsonWriter& writer, const char* name,
                       const std::optional<std::string>& value) {
  writer.Key(name);
  if (value) {
    writer.String(ToValidUtf8(*value));
  } else {
    writer.Null();
  }
}

}  // namespace suprsend_gateway::emulator
