#include "service/policy/fault.h"

#include <algorithm>

#include "service/base/utf8.h"

namespace suprsend_gateway::policy {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// A name in full, as a rule; not a whole file on one line.
constexpr size_t kMaxShownBytes = 100;

size_t CountCharacters(std::string_view text) {
  size_t count = 0;
  while (base::TakeCodePoint(text)) ++count;
  return count;
}

}  // namespace

std::optional<Fault> FindBadBytes(std::string_view text) {
  if (text.starts_with(kByteOrderMark)) {
    return Fault{0, "", "begins with a byte order mark; must be UTF-8 without one"};
  }
  std::string_view rest = text;
  while (const std::optional<char32_t> c = base::TakeCodePoint(rest)) {
    if (*c == 0) return Fault{text.size() - rest.size() - 1, "", "must not hold a NUL byte"};
  }
  if (rest.empty()) return std::nullopt;
  return Fault{text.size() - rest.size(), "", "must be valid UTF-8"};
}

std::string Describe(const Fault& fault, std::string_view text) {
  const std::string_view before = text.substr(0, fault.offset);
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  // Without a line end before it, npos + 1 is the start of the text.
  const size_t column = 1 + CountCharacters(before.substr(before.rfind('\n') + 1));
  std::string description = "line " + std::to_string(line) + ", column " + std::to_string(column);
  if (!fault.path.empty()) description.append(", ").append(fault.path);
  return description.append(": ").append(fault.message);
}

std::string Shown(std::string_view piece) {
  static constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string shown;
  while (!piece.empty()) {
    if (shown.size() >= kMaxShownBytes) return shown + "…";
    const std::string_view before = piece;
    const std::optional<char32_t> c = base::TakeCodePoint(piece);
    if (!c) break;
    if (base::IsControl(*c)) {
      shown.append("\\u00").append(1, kHex[*c >> 4]).append(1, kHex[*c & 0x0F]);
    } else {
      shown.append(before.substr(0, before.size() - piece.size()));
    }
  }
  return shown;
}

}  // namespace suprsend_gateway::policy
