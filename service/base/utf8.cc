#include "service/base/utf8.h"

#include <cstddef>

namespace suprsend_gateway::base {
namespace {

struct LeadByte {
  size_t length;
  char32_t bits;
  char32_t smallest;  // Below it the form is overlong.
};

std::optional<LeadByte> ReadLeadByte(unsigned char byte) {
  if (byte < 0x80) return LeadByte{1, byte, 0};
  if (byte >= 0xC2 && byte < 0xE0) return LeadByte{2, byte & 0x1Fu, 0x80};
  if (byte >= 0xE0 && byte < 0xF0) return LeadByte{3, byte & 0x0Fu, 0x800};
  if (byte >= 0xF0 && byte < 0xF5) return LeadByte{4, byte & 0x07u, 0x10000};
  return std::nullopt;
}

}  // namespace

std::optional<char32_t> TakeCodePoint(std::string_view& text) {
  if (text.empty()) return std::nullopt;
  const std::optional<LeadByte> lead = ReadLeadByte(static_cast<unsigned char>(text[0]));
  if (!lead || text.size() < lead->length) return std::nullopt;
  char32_t code_point = lead->bits;
  for (size_t i = 1; i < lead->length; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xC0u) != 0x80u) return std::nullopt;
    code_point = (code_point << 6) | (byte & 0x3Fu);
  }
  const bool is_surrogate = code_point >= 0xD800 && code_point <= 0xDFFF;
  if (code_point < lead->smallest || code_point > 0x10FFFF || is_surrogate) return std::nullopt;
  text.remove_prefix(lead->length);
  return code_point;
}

bool IsValidUtf8(std::string_view text) {
  while (TakeCodePoint(text)) {
  }
  return text.empty();
}

bool IsBlank(char32_t c) {
  return (c >= 0x09 && c <= 0x0D) || c == 0x20 || c == 0x85 || c == 0xA0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200D) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F ||
         c == 0x2060 || c == 0x3000 || c == 0xFEFF;
}

}  // namespace suprsend_gateway::base
