#ifndef SERVICE_SUPRSEND_REDACT_H_
#define SERVICE_SUPRSEND_REDACT_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace suprsend_gateway::suprsend {

// Shorter values are left: they would blot out words by chance.
inline constexpr size_t kMinRedactedBytes = 3;

// Some tens of milliseconds at worst: 500 bytes of text against 65,000 values.
inline constexpr size_t kMaxRedactWork = size_t{32} << 20;

// `text` with "[redacted]" where one of `secrets` stands, whatever the case of its ASCII letters,
// and also where it is written with JSON, percent or HTML escapes, or several of these over each
// other:
//   ("no run for a%40b.org", {"a@b.org"}) → "no run for [redacted]"
// Work is in proportion to text times secrets; where that is over kMaxRedactWork nothing of the
// text is given out, since this runs where nothing may block.
std::string Redact(std::string_view text, const std::vector<std::string_view>& secrets);

}  // namespace suprsend_gateway::suprsend

#endif  // SERVICE_SUPRSEND_REDACT_H_
