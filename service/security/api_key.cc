#include "service/security/api_key.h"

#include <openssl/sha.h>

#include <array>

#include "absl/strings/escaping.h"
#include "absl/strings/string_view.h"
#include "service/security/read_key.h"

namespace suprsend_gateway::security {

std::string FingerprintOf(const ApiKey& key) {
  constexpr size_t kBytes = 4;
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest;
  const std::string& characters = key.Reveal();
  SHA256(reinterpret_cast<const unsigned char*>(characters.data()), characters.size(),
         digest.data());
  return absl::BytesToHexString(
      absl::string_view(reinterpret_cast<const char*>(digest.data()), kBytes));
}

absl::StatusOr<ApiKey> ReadApiKeyFile(const std::string& path) {
  absl::StatusOr<std::string> characters = ReadKey(path, kMaxApiKeyBytes);
  if (!characters.ok()) return characters.status();
  return ApiKey(*std::move(characters));
}

}  // namespace suprsend_gateway::security
