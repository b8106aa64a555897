#include "service/policy/json_value.h"

#include <charconv>
#include <system_error>

#include "service/base/utf8.h"
#include "service/policy/parse_policy.h"

namespace suprsend_gateway::policy {
namespace {

// nullopt where `text` is more or less than a number of this type, or past its range.
template <typename Number>
std::optional<Number> ToNumber(std::string_view text) {
  Number number{};
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end) return std::nullopt;
  return number;
}

// Nothing that a request could not hold either. The parser lets an escaped lone surrogate through,
// which is no UTF-8.
bool IsSlug(std::string_view text) {
  if (text.empty()) return false;
  while (const std::optional<char32_t> c = base::TakeCodePoint(text)) {
    if (base::IsControl(*c)) return false;
  }
  return text.empty();
}

}  // namespace

Wanted ReadBool(const JsonValue& value, bool& target) {
  if (value.kind != JsonValue::kBool) return "true or false";
  target = value.text == "true";
  return std::nullopt;
}

Wanted ReadCount(const JsonValue& value, int least, std::optional<int>& target) {
  if (value.kind == JsonValue::kNumber && !value.text.starts_with('-')) {
    const std::optional<int> count = ToNumber<int>(value.text);
    if (count && *count >= least && *count <= kMaxCount) {
      target = count;
      return std::nullopt;
    }
  }
  return "a whole number from " + std::to_string(least) + " to " + std::to_string(kMaxCount);
}

Wanted ReadRate(const JsonValue& value, std::optional<double>& target) {
  if (value.kind == JsonValue::kNumber) {
    const std::optional<double> rate = ToNumber<double>(value.text);
    if (rate && *rate > 0 && *rate <= kMaxCount) {
      target = rate;
      return std::nullopt;
    }
  }
  return "a number over 0 and up to " + std::to_string(kMaxCount);
}

Wanted ReadSlug(const JsonValue& value, std::string& target) {
  if (value.kind != JsonValue::kString || !IsSlug(value.text)) {
    return "a string that is not empty and has no control characters";
  }
  target = value.text;
  return std::nullopt;
}

Wanted ReadCallerName(const JsonValue& value, std::string& target) {
  if (value.kind != JsonValue::kString || !IsCallerName(value.text)) {
    return "a name of visible ASCII characters without blanks, as certificates have them";
  }
  target = value.text;
  return std::nullopt;
}

}  // namespace suprsend_gateway::policy
