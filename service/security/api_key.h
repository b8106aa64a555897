#ifndef SERVICE_SECURITY_API_KEY_H_
#define SERVICE_SECURITY_API_KEY_H_

#include <cstddef>
#include <string>
#include <utility>

#include "absl/status/statusor.h"

namespace suprsend_gateway::security {

// SuprSend's API key. It has no way into a stream, a format or a comparison: whoever needs the
// characters says so.
class ApiKey {
 public:
  explicit ApiKey(std::string characters) : characters_(std::move(characters)) {}
  const std::string& Reveal() const { return characters_; }

 private:
  std::string characters_;
};

// Tells one key from another and gives neither away: the first 8 hex digits of its SHA-256.
std::string FingerprintOf(const ApiKey& key);

// Far above any key in use, far below what a header may hold.
inline constexpr size_t kMaxApiKeyBytes = 4096;

// Reads a key from a regular file: visible ASCII, surrounding white space stripped. An error names
// the file and what is wrong with it, never a character of its content.
absl::StatusOr<ApiKey> ReadApiKeyFile(const std::string& path);

}  // namespace suprsend_gateway::security

#endif  // SERVICE_SECURITY_API_KEY_H_
