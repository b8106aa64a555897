#include "service/suprsend/unescape.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"

namespace suprsend_gateway::suprsend {
namespace {

// No name of a character is longer (&CounterClockwiseContourIntegral;).
constexpr size_t kMaxName = 32;

constexpr std::pair<std::string_view, char> kAsciiNames[] = {
    {"amp", '&'},    {"lt", '<'},     {"gt", '>'},      {"quot", '"'},   {"apos", '\''},
    {"commat", '@'}, {"period", '.'}, {"plus", '+'},    {"lowbar", '_'}, {"sol", '/'},
    {"bsol", '\\'},  {"colon", ':'},  {"semi", ';'},    {"comma", ','},  {"num", '#'},
    {"equals", '='}, {"excl", '!'},   {"quest", '?'},   {"dollar", '$'}, {"percnt", '%'},
    {"lpar", '('},   {"rpar", ')'},   {"ast", '*'},     {"lsqb", '['},   {"lbrack", '['},
    {"rsqb", ']'},   {"rbrack", ']'}, {"lcub", '{'},    {"lbrace", '{'}, {"rcub", '}'},
    {"rbrace", '}'}, {"verbar", '|'}, {"vert", '|'},    {"Hat", '^'},    {"grave", '`'},
    {"Tab", '\t'},   {"nbsp", ' '},   {"NewLine", '\n'}};

int DigitValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = absl::ascii_tolower(static_cast<unsigned char>(c));
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : 99;
}

struct Number {
  int value = 0;  // 0x80 for all that are larger.
  size_t digits = 0;
};

Number ReadNumber(std::string_view text, int base, size_t most_digits = std::string_view::npos) {
  Number number;
  while (number.digits < std::min(most_digits, text.size())) {
    const int digit = DigitValue(text[number.digits]);
    if (digit >= base) break;
    number.value = std::min(number.value * base + digit, 0x80);
    ++number.digits;
  }
  return number;
}

Escape Meaning(size_t length, int character) {
  return {length, character < 0x80 ? static_cast<char>(character) : kNonAscii};
}

// `prefix` bytes, then just so many hex digits.
std::optional<Escape> ReadHex(std::string_view text, size_t prefix, size_t digits) {
  const Number number = ReadNumber(text.substr(prefix), 16, digits);
  if (number.digits != digits) return std::nullopt;
  return Meaning(prefix + digits, number.value);
}

std::optional<Escape> ReadBraces(std::string_view text) {
  const Number number = ReadNumber(text.substr(3), 16);
  const size_t end = 3 + number.digits;
  if (number.digits == 0 || text.substr(end, 1) != "}") return std::nullopt;
  return Meaning(end + 1, number.value);
}

std::optional<Escape> Read(std::string_view text);

std::optional<Escape> ReadBackslash(std::string_view text) {
  if (text.size() < 2) return std::nullopt;
  const bool has_brace = text.substr(2, 1) == "{";
  switch (text[1]) {
    case 'u':
      return has_brace ? ReadBraces(text) : ReadHex(text, 2, 4);
    case 'U':
      return ReadHex(text, 2, 8);
    case 'x':
      return has_brace ? ReadBraces(text) : ReadHex(text, 2, 2);
    default:
      break;
  }
  // A backslash that the encoder of what follows left alone.
  if ((text[1] == '%' || text[1] == '&') && Read(text.substr(1))) return std::nullopt;
  if (text[1] == ' ' || absl::ascii_ispunct(static_cast<unsigned char>(text[1])))
    return Escape{2, text[1]};
  const Number octal = ReadNumber(text.substr(1), 8, 3);
  if (octal.digits != 3 || octal.value < 0x80) return std::nullopt;
  return Escape{4, kNonAscii};
}

std::optional<Escape> ReadPercent(std::string_view text) {
  return text.substr(1, 1) == "u" ? ReadHex(text, 2, 4) : ReadHex(text, 1, 2);
}

std::optional<Escape> ReadHtml(std::string_view text) {
  if (text.substr(1, 1) == "#") {
    const bool is_hex = text.substr(2, 1) == "x" || text.substr(2, 1) == "X";
    const size_t prefix = is_hex ? 3 : 2;
    const Number number = ReadNumber(text.substr(prefix), is_hex ? 16 : 10);
    if (number.digits == 0) return std::nullopt;
    const size_t end = prefix + number.digits;
    if (text.substr(end, 1) == ";") return Meaning(end + 1, number.value);
    // What follows may be a semicolon that was escaped.
    if (end < text.size() && MayStartEscape(text[end])) return std::nullopt;
    return Meaning(end, number.value);
  }
  size_t end = 1;
  while (end < std::min(text.size(), kMaxName) &&
         absl::ascii_isalnum(static_cast<unsigned char>(text[end]))) {
    ++end;
  }
  if (end == 1 || text.substr(end, 1) != ";") return std::nullopt;
  const std::string_view name = text.substr(1, end - 1);
  for (const auto& [ascii, meaning] : kAsciiNames) {
    if (absl::EqualsIgnoreCase({name.data(), name.size()}, {ascii.data(), ascii.size()})) {
      return Escape{end + 1, meaning};
    }
  }
  return Escape{end + 1, kNonAscii};
}

// Outside of ASCII a character takes two bytes or more.
std::optional<Escape> ReadQuotedPrintable(std::string_view text) {
  size_t length = 0;
  while (text.substr(length, 1) == "=") {
    const auto byte = ReadHex(text.substr(length), 1, 2);
    if (!byte || byte->meaning != kNonAscii) break;
    length += byte->length;
  }
  if (length < 6) return std::nullopt;
  return Escape{length, kNonAscii};
}

std::optional<Escape> Read(std::string_view text) {
  switch (text[0]) {
    case '\\':
      return ReadBackslash(text);
    case '%':
      return ReadPercent(text);
    case '&':
      return ReadHtml(text);
    case '=':
      return ReadQuotedPrintable(text);
    case '\'':
    case '"':
      if (text.substr(1, 1) == text.substr(0, 1)) return Escape{2, text[0]};
      return std::nullopt;
    default:
      return std::nullopt;
  }
}

}  // namespace

Escape ReadEscape(std::string_view text) { return Read(text).value_or(Escape{1, text[0]}); }

Escape ReadBlanks(std::string_view text) {
  if (!IsBlankOrPlus(text[0])) return {1, text[0]};
  return {std::min(text.find_first_not_of(" +"), text.size()), ' '};
}

}  // namespace suprsend_gateway::suprsend
