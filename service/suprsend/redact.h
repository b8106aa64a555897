#ifndef SERVICE_SUPRSEND_REDACT_H_
#define SERVICE_SUPRSEND_REDACT_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace suprsend_gateway::suprsend {

// Shorter values are left: they would blot out words by chance.
inline constexpr size_t kMinRedactedBytes = 3;

// Of a longer text only the start is given out: as far as a secret that runs past this many bytes
// cannot reach back.
inline constexpr size_t kMaxRedactedText = size_t{4} * 1024;

// `text` with "[redacted]" where one of `secrets` stands, whatever the case of its ASCII letters,
// without the blanks around it, and also where it is written with the usual escapes (unescape.h) or
// several of these over each other:
//   ("no run for a%40b.org", {"a@b.org"}) → "no run for [redacted]"
// What cannot be compared is not shown. Upstream may change the case or the normalisation of
// characters outside of ASCII, or write others for them. So where a secret has any, each word of
// the text that has any is blotted, and each word with one of the secret's plain parts in it:
//   ("no run for JOSE or Åsa", {"josé"}) → "no run for [redacted] or [redacted]"
// And nothing is given out of a text with more layers of escapes than kMaxLayers.
//
// This runs where nothing may block: it takes time in proportion to the bytes of the text and of
// the secrets, some milliseconds for the largest request.
std::string Redact(std::string_view text, const std::vector<std::string_view>& secrets);

}  // namespace suprsend_gateway::suprsend

#endif  // SERVICE_SUPRSEND_REDACT_H_
