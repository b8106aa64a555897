#ifndef SERVICE_SECURITY_HMAC_KEY_H_
#define SERVICE_SECURITY_HMAC_KEY_H_

#include <openssl/types.h>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace suprsend_gateway::security {

// The key under which the audit log knows recipients. It has no way into a stream, a format or a
// comparison, and its bytes have no way out at all.
class HmacKey {
 public:
  explicit HmacKey(std::string_view bytes);

  // HMAC-SHA256 (RFC 2104) of `text` as 64 lower-case hex digits: who holds the key and an address
  // can find its records, and nobody else. Empty where OpenSSL cannot make one. Any thread.
  std::string HexHmacSha256(std::string_view text) const;

 private:
  // Has taken the key and no text yet: a copy of it saves most of the work on a short text.
  // nullptr: OpenSSL could not make it. It is never written to, so that copies of this may share
  // it.
  std::shared_ptr<EVP_MAC_CTX> keyed_;
};

// Under it a key is a placeholder, or can be found by trying. `openssl rand -hex 32` makes 64.
inline constexpr size_t kMinHmacKeyBytes = 16;
// Of the whole file.
inline constexpr size_t kMaxHmacKeyFileBytes = 4096;

// Reads a key as ReadKey() does; the characters are the key as they stand, hex is not decoded.
// An error names the file and what is wrong with it, never a character of its content.
absl::StatusOr<HmacKey> ReadHmacKeyFile(const std::string& path);

}  // namespace suprsend_gateway::security

#endif  // SERVICE_SECURITY_HMAC_KEY_H_
