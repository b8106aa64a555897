#ifndef SERVICE_SUPRSEND_UNESCAPE_H_
#define SERVICE_SUPRSEND_UNESCAPE_H_

#include <cstddef>
#include <string_view>

namespace suprsend_gateway::suprsend {

// Stands for any one character outside of ASCII: which one it is does not matter here.
inline constexpr char kNonAscii = '\x80';

constexpr bool IsAscii(char c) { return static_cast<unsigned char>(c) < 0x80; }

// What stands at the start of a text: `length` bytes that mean `meaning`.
struct Escape {
  size_t length;
  char meaning;  // ASCII, or kNonAscii.
};

// Whether an escape can start with `c`.
constexpr bool MayStartEscape(char c) {
  return c == '\\' || c == '%' || c == '&' || c == '=' || c == '\'' || c == '"';
}

constexpr bool IsBlankOrPlus(char c) { return c == ' ' || c == '+'; }

// The escape at the start of `text`, with one layer taken off, as the usual encoders write it:
//   JSON, C, Python   \u0040  \u{40}  \U00000040  \x40  \"  \\  and \303 beyond ASCII
//   percent           %40  %u0040
//   HTML, XML         &#64;  &#x40;  &commat;
//   quoted-printable  =C3=A9, beyond ASCII only: a=40 is more often a parameter
//   SQL, CSV          '' and ""
// Where there is none: `length` 1 and the first byte. `text` is not empty.
Escape ReadEscape(std::string_view text);

// A run of blanks, which many collapse, at the start of `text`; form encoding has + for a blank.
Escape ReadBlanks(std::string_view text);

}  // namespace suprsend_gateway::suprsend

#endif  // SERVICE_SUPRSEND_UNESCAPE_H_
