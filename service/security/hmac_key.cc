#include "service/security/hmac_key.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <array>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "service/security/read_key.h"

namespace suprsend_gateway::security {
namespace {

using Context = std::unique_ptr<EVP_MAC_CTX, decltype(&EVP_MAC_CTX_free)>;

constexpr size_t kSha256Bytes = 32;

// nullptr where OpenSSL cannot.
Context MakeKeyed(std::string_view key) {
  const std::unique_ptr<EVP_MAC, decltype(&EVP_MAC_free)> hmac(
      EVP_MAC_fetch(nullptr, OSSL_MAC_NAME_HMAC, nullptr), &EVP_MAC_free);
  Context context(hmac == nullptr ? nullptr : EVP_MAC_CTX_new(hmac.get()), &EVP_MAC_CTX_free);
  std::string digest = "SHA256";  // It is not written to, but not const either.
  const OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), 0),
      OSSL_PARAM_construct_end()};
  if (context == nullptr ||
      EVP_MAC_init(context.get(), reinterpret_cast<const unsigned char*>(key.data()), key.size(),
                   parameters) != 1) {
    context.reset();
    ERR_clear_error();
  }
  return context;
}

}  // namespace

HmacKey::HmacKey(std::string_view bytes) : keyed_(MakeKeyed(bytes)) {}

std::string HmacKey::HexHmacSha256(std::string_view text) const {
  if (keyed_ == nullptr) return "";
  const Context context(EVP_MAC_CTX_dup(keyed_.get()), &EVP_MAC_CTX_free);
  std::array<unsigned char, kSha256Bytes> digest;
  size_t size = 0;
  if (context == nullptr ||
      EVP_MAC_update(context.get(), reinterpret_cast<const unsigned char*>(text.data()),
                     text.size()) != 1 ||
      EVP_MAC_final(context.get(), digest.data(), &size, digest.size()) != 1) {
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
  HmacKey key(*bytes);
  // Better found out now than by records without an HMAC.
  if (key.HexHmacSha256("").empty()) {
    return absl::InternalError("OpenSSL cannot make an HMAC-SHA256 in this process");
  }
  return key;
}

}  // namespace suprsend_gateway::security
