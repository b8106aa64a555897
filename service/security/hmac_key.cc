#include "service/security/hmac_key.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "service/security/read_key.h"

namespace suprsend_gateway::security {

std::string HmacKey::HexHmacSha256(std::string_view text) const {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned int size = 0;
  if (HMAC(EVP_sha256(), bytes_.data(), static_cast<int>(bytes_.size()),
           reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(),
           &size) == nullptr) {
    ERR_clear_error();
    return "";
  }
  return absl::BytesToHexString(
      absl::string_view(reinterpret_cast<const char*>(digest.data()), size));
}

absl::StatusOr<HmacKey> ReadHmacKeyFile(const std::string& path) {
  absl::StatusOr<std::string> bytes = ReadKey(path, kMaxHmacKeyFileBytes);
  if (!bytes.ok()) return bytes.status();
  if (bytes->size() < kMinHmacKeyBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, " holds a key of fewer than ", kMinHmacKeyBytes,
                     " bytes; `openssl rand -hex 32` makes a good one"));
  }
  HmacKey key(*std::move(bytes));
  // Better found out now than by records without an HMAC.
  if (key.HexHmacSha256("").empty()) {
    return absl::InternalError("OpenSSL cannot make an HMAC-SHA256 in this process");
  }
  return key;
}

}  // namespace suprsend_gateway::security
