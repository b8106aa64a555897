#ifndef SERVICE_BASE_UTF8_H_
#define SERVICE_BASE_UTF8_H_

#include <optional>
#include <string_view>

namespace suprsend_gateway::base {

// Takes the first code point off `text`. nullopt, with `text` as it was, where `text` is empty or
// does not start with well-formed UTF-8 (RFC 3629: no overlong forms, no surrogates, at most
// U+10FFFF).
std::optional<char32_t> TakeCodePoint(std::string_view& text);

bool IsValidUtf8(std::string_view text);

// Unicode category Cc: U+0000-001F and U+007F-009F.
constexpr bool IsControl(char32_t c) { return c < 0x20 || (c >= 0x7F && c <= 0x9F); }

// Unicode White_Space, or a zero-width character (U+200B-200D, U+2060, U+FEFF).
bool IsBlank(char32_t c);

}  // namespace suprsend_gateway::base

#endif  // SERVICE_BASE_UTF8_H_
