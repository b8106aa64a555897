#include "service/suprsend/unescape.h"

#include <array>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"

namespace suprsend_gateway::suprsend {
namespace {

// What stands at the start of a text: an escape of `length` bytes that means `bytes`.
struct Escape {
  size_t length;
  std::string bytes;
};

int DigitValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = absl::ascii_tolower(static_cast<unsigned char>(c));
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : 99;
}

struct Number {
  char32_t value = 0;
  size_t digits = 0;
};

Number ReadNumber(std::string_view text, int base, size_t most_digits) {
  Number number;
  while (number.digits < most_digits && number.digits < text.size() &&
         DigitValue(text[number.digits]) < base) {
    number.value = number.value * static_cast<char32_t>(base) +
                   static_cast<char32_t>(DigitValue(text[number.digits]));
    ++number.digits;
  }
  return number;
}

std::string EncodeUtf8(char32_t c) {
  const auto byte = [](char32_t bits) { return static_cast<char>(bits); };
  if (c < 0x80) return {byte(c)};
  if (c < 0x800) return {byte(0xC0 | (c >> 6)), byte(0x80 | (c & 0x3F))};
  if (c < 0x10000) {
    return {byte(0xE0 | (c >> 12)), byte(0x80 | ((c >> 6) & 0x3F)), byte(0x80 | (c & 0x3F))};
  }
  return {byte(0xF0 | ((c >> 18) & 0x07)), byte(0x80 | ((c >> 12) & 0x3F)),
          byte(0x80 | ((c >> 6) & 0x3F)), byte(0x80 | (c & 0x3F))};
}

std::optional<Escape> ReadUnicodeEscape(std::string_view text) {
  const Number first = ReadNumber(text.substr(2), 16, 4);
  if (first.digits != 4) return std::nullopt;
  const bool is_high_surrogate = first.value >= 0xD800 && first.value < 0xDC00;
  if (is_high_surrogate && text.substr(6, 2) == "\\u") {
    const Number second = ReadNumber(text.substr(8), 16, 4);
    if (second.digits == 4 && second.value >= 0xDC00 && second.value < 0xE000) {
      return Escape{12,
                    EncodeUtf8(0x10000 + ((first.value - 0xD800) << 10) + (second.value - 0xDC00))};
    }
  }
  return Escape{6, EncodeUtf8(first.value)};
}

std::optional<Escape> ReadBackslash(std::string_view text) {
  if (text.size() < 2) return std::nullopt;
  switch (text[1]) {
    case 'u':
      return ReadUnicodeEscape(text);
    case 'x': {
      const Number number = ReadNumber(text.substr(2), 16, 2);
      if (number.digits != 2) return std::nullopt;
      return Escape{4, std::string(1, static_cast<char>(number.value))};
    }
    case '\\':
    case '/':
    case '"':
    case '\'':
      return Escape{2, std::string(1, text[1])};
    default:
      return std::nullopt;
  }
}

std::optional<Escape> ReadPercent(std::string_view text) {
  const Number number = ReadNumber(text.substr(1), 16, 2);
  if (number.digits != 2) return std::nullopt;
  return Escape{3, std::string(1, static_cast<char>(number.value))};
}

std::optional<Escape> ReadHtml(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, char>, 8> kNamed = {{{"&amp;", '&'},
                                                                        {"&lt;", '<'},
                                                                        {"&gt;", '>'},
                                                                        {"&quot;", '"'},
                                                                        {"&apos;", '\''},
                                                                        {"&commat;", '@'},
                                                                        {"&plus;", '+'},
                                                                        {"&period;", '.'}}};
  for (const auto& [name, meaning] : kNamed) {
    if (text.starts_with(name)) return Escape{name.size(), std::string(1, meaning)};
  }
  if (!text.starts_with("&#")) return std::nullopt;
  const bool is_hex = text.size() > 2 && (text[2] == 'x' || text[2] == 'X');
  const size_t prefix = is_hex ? 3 : 2;
  const Number number = ReadNumber(text.substr(prefix), is_hex ? 16 : 10, 7);
  if (number.digits == 0 || number.value > 0x10FFFF) return std::nullopt;
  const size_t end = prefix + number.digits;
  const bool has_semicolon = end < text.size() && text[end] == ';';
  return Escape{end + (has_semicolon ? 1 : 0), EncodeUtf8(number.value)};
}

std::optional<Escape> ReadEscape(std::string_view text) {
  switch (text[0]) {
    case '\\':
      return ReadBackslash(text);
    case '%':
      return ReadPercent(text);
    case '&':
      return ReadHtml(text);
    default:
      return std::nullopt;
  }
}

}  // namespace

MappedText MapText(std::string_view text) {
  MappedText mapped{std::string(text), {}};
  mapped.origins.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) mapped.origins.push_back({i, i + 1});
  return mapped;
}

bool Unescape(MappedText& mapped) {
  MappedText plain;
  bool found = false;
  for (size_t at = 0; at < mapped.text.size();) {
    const auto escape = ReadEscape(std::string_view(mapped.text).substr(at));
    const size_t length = escape ? escape->length : 1;
    const std::string_view bytes =
        escape ? std::string_view(escape->bytes) : std::string_view(mapped.text).substr(at, 1);
    const MappedText::Origin origin{mapped.origins[at].begin, mapped.origins[at + length - 1].end};
    plain.text.append(bytes);
    plain.origins.insert(plain.origins.end(), bytes.size(), origin);
    at += length;
    found = found || escape.has_value();
  }
  mapped = std::move(plain);
  return found;
}

}  // namespace suprsend_gateway::suprsend
