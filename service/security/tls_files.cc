#include "service/security/tls_files.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <ctime>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "service/security/read_file.h"

namespace suprsend_gateway::security {
namespace {

// Far above a chain, or the bundle of a system.
constexpr size_t kMaxPemBytes = size_t{1} << 20;

using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Context = std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)>;
using Source = std::unique_ptr<BIO, decltype(&BIO_free)>;

Source ReadFrom(const std::string& pem) {
  return {BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &BIO_free};
}

// OpenSSL would ask the terminal.
int NoPassword(char*, int, int, void*) { return 0; }

// Every certificate of the text; empty where one of them, or what stands between them, is broken.
std::vector<Certificate> ParseCertificates(const std::string& pem) {
  const Source source = ReadFrom(pem);
  std::vector<Certificate> certificates;
  while (X509* certificate = PEM_read_bio_X509(source.get(), nullptr, &NoPassword, nullptr)) {
    certificates.emplace_back(certificate, &X509_free);
  }
  const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  ERR_clear_error();
  if (!at_end) certificates.clear();
  return certificates;
}

absl::StatusOr<std::string> ReadPem(const std::string& path) {
  absl::StatusOr<std::string> pem = ReadRegularFile(path, kMaxPemBytes);
  if (pem.ok() && pem->size() > kMaxPemBytes) {
    return absl::InvalidArgumentError(absl::StrCat(path, " is longer than 1 MiB"));
  }
  return pem;
}

absl::Status NoCertificate(const std::string& path) {
  return absl::InvalidArgumentError(
      absl::StrCat(path, " must hold one certificate or more in PEM, and none that is broken"));
}

std::chrono::system_clock::time_point ToTimePoint(const ASN1_TIME* time) {
  std::tm fields{};
  ASN1_TIME_to_tm(time, &fields);
  return std::chrono::system_clock::from_time_t(timegm(&fields));
}

bool HasExpired(const X509* certificate) {
  return X509_cmp_current_time(X509_get0_notAfter(certificate)) < 0;
}

bool IsNotYetValid(const X509* certificate) {
  return X509_cmp_current_time(X509_get0_notBefore(certificate)) > 0;
}

bool IsAuthorityNow(const Certificate& certificate) {
  return X509_check_ca(certificate.get()) != 0 && !HasExpired(certificate.get()) &&
         !IsNotYetValid(certificate.get());
}

// Does with them what a server does that shows them. Without a key: with the chain only.
bool ServerTakes(const std::vector<Certificate>& chain, EVP_PKEY* key) {
  ERR_clear_error();
  const Context context(SSL_CTX_new(TLS_server_method()), &SSL_CTX_free);
  if (context == nullptr || SSL_CTX_use_certificate(context.get(), chain.front().get()) != 1) {
    return false;
  }
  for (size_t i = 1; i < chain.size(); ++i) {
    if (SSL_CTX_add1_chain_cert(context.get(), chain[i].get()) != 1) return false;
  }
  return key == nullptr || (SSL_CTX_use_PrivateKey(context.get(), key) == 1 &&
                            SSL_CTX_check_private_key(context.get()) == 1);
}

// Why ServerTakes() has refused the chain. What is strong enough is the system's word (SECLEVEL).
std::string Weakness() {
  const unsigned long error = ERR_peek_last_error();
  ERR_clear_error();
  switch (ERR_GET_LIB(error) == ERR_LIB_SSL ? ERR_GET_REASON(error) : 0) {
    case SSL_R_EE_KEY_TOO_SMALL:
      return "its key is too short to be safe";
    case SSL_R_CA_KEY_TOO_SMALL:
      return "a key in its chain is too short to be safe";
    case SSL_R_CA_MD_TOO_WEAK:
      return "a signature in its chain is not safe, such as with SHA-1";
    default:
      break;
  }
  const char* const reason = ERR_reason_error_string(error);
  return reason == nullptr ? "unknown reason" : reason;
}

}  // namespace

absl::StatusOr<ServerCertificate> ReadServerCertificate(const std::string& path) {
  absl::StatusOr<std::string> pem = ReadPem(path);
  if (!pem.ok()) return pem.status();
  const std::vector<Certificate> chain = ParseCertificates(*pem);
  if (chain.empty()) return NoCertificate(path);
  const X509* const own = chain.front().get();
  if (HasExpired(own)) {
    return absl::InvalidArgumentError(absl::StrCat(path, " holds a certificate that has expired"));
  }
  if (IsNotYetValid(own)) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, " holds a certificate that is not valid yet"));
  }
  if (!ServerTakes(chain, nullptr)) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, " holds a certificate that OpenSSL shows to nobody: ", Weakness()));
  }
  return ServerCertificate{.chain = *std::move(pem),
                           .not_after = ToTimePoint(X509_get0_notAfter(own))};
}

absl::StatusOr<std::string> ReadPrivateKey(const std::string& path, const std::string& chain) {
  absl::StatusOr<std::string> pem = ReadPem(path);
  if (!pem.ok()) return pem.status();
  const Key key(PEM_read_bio_PrivateKey(ReadFrom(*pem).get(), nullptr, &NoPassword, nullptr),
                &EVP_PKEY_free);
  const std::vector<Certificate> certificates = ParseCertificates(chain);
  const bool fits = key != nullptr && !certificates.empty() && ServerTakes(certificates, key.get());
  ERR_clear_error();
  if (key == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, " must hold a private key in PEM, without a password"));
  }
  if (!fits) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, " holds a key that does not belong to the certificate"));
  }
  return pem;
}

absl::StatusOr<ClientAuthorities> ReadClientAuthorities(const std::string& path) {
  absl::StatusOr<std::string> pem = ReadPem(path);
  if (!pem.ok()) return pem.status();
  const std::vector<Certificate> certificates = ParseCertificates(*pem);
  if (certificates.empty()) return NoCertificate(path);
  if (std::none_of(certificates.begin(), certificates.end(), &IsAuthorityNow)) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, " holds no certificate authority that is valid now"));
  }
  // Those too that are to be valid later.
  std::chrono::system_clock::time_point last;
  for (const Certificate& certificate : certificates) {
    if (X509_check_ca(certificate.get()) == 0) continue;
    last = std::max(last, ToTimePoint(X509_get0_notAfter(certificate.get())));
  }
  return ClientAuthorities{.pem = *std::move(pem), .not_after = last};
}

}  // namespace suprsend_gateway::security
