#include "service/security/tls_files.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

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

}  // namespace

absl::StatusOr<ServerCertificate> ReadServerCertificate(const std::string& path) {
  absl::StatusOr<std::string> pem = ReadPem(path);
  if (!pem.ok()) return pem.status();
  const std::vector<Certificate> chain = ParseCertificates(*pem);
  if (chain.empty()) return NoCertificate(path);
  const X509* const own = chain.front().get();
  if (X509_cmp_current_time(X509_get0_notAfter(own)) < 0) {
    return absl::InvalidArgumentError(absl::StrCat(path, " holds a certificate that has expired"));
  }
  if (X509_cmp_current_time(X509_get0_notBefore(own)) > 0) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, " holds a certificate that is not valid yet"));
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
  const bool fits = key != nullptr && !certificates.empty() &&
                    X509_check_private_key(certificates.front().get(), key.get()) == 1;
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

absl::StatusOr<std::string> ReadClientAuthorities(const std::string& path) {
  absl::StatusOr<std::string> pem = ReadPem(path);
  if (!pem.ok()) return pem.status();
  if (ParseCertificates(*pem).empty()) return NoCertificate(path);
  return pem;
}

}  // namespace suprsend_gateway::security
