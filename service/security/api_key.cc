#include "service/security/api_key.h"

#include <openssl/sha.h>

#include <algorithm>
#include <array>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "service/security/read_file.h"

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
  absl::StatusOr<std::string> content = ReadRegularFile(path, kMaxApiKeyBytes);
  if (!content.ok()) return content.status();
  if (content->size() > kMaxApiKeyBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, " is longer than ", kMaxApiKeyBytes, " bytes: it is no API key"));
  }
  const absl::string_view key = absl::StripAsciiWhitespace(*content);
  if (key.empty()) return absl::InvalidArgumentError(absl::StrCat(path, " holds no key"));
  if (!std::all_of(key.begin(), key.end(), absl::ascii_isgraph)) {
    return absl::InvalidArgumentError(absl::StrCat(
        path, " holds characters that no key has: only visible ASCII is allowed, on one line"));
  }
  return ApiKey(std::string(key));
}

}  // namespace suprsend_gateway::security
