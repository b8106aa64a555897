#include "service/gateway/server_tls.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "service/gateway/flag_error.h"
#include "service/security/tls_files.h"

namespace suprsend_gateway::gateway {

absl::StatusOr<std::unique_ptr<ServerTls>> ServerTls::Start(const config::TlsFiles& files,
                                                            const Reload& reload) {
  std::unique_ptr<ServerTls> tls(new ServerTls(files, reload.states));
  reload.OnChange("tls", {files.cert_file, files.key_file, files.client_ca_file},
                  [tls = tls.get()] { return tls->Read(); });
  const absl::StatusOr<std::string> read = tls->Read();
  if (!read.ok()) return read.status();
  return tls;
}

absl::StatusOr<std::string> ServerTls::Read() {
  absl::StatusOr<security::ServerCertificate> certificate =
      security::ReadServerCertificate(files_.cert_file);
  if (!certificate.ok()) return FlagError("tls_cert_file", certificate.status());
  absl::StatusOr<std::string> key = security::ReadPrivateKey(files_.key_file, certificate->chain);
  if (!key.ok()) return FlagError("tls_key_file", key.status());
  absl::StatusOr<security::ClientAuthorities> authorities =
      security::ReadClientAuthorities(files_.client_ca_file);
  if (!authorities.ok()) return FlagError("client_ca_file", authorities.status());
  const bool is_new = source_.Replace({.certificate_chain = std::move(certificate->chain),
                                       .private_key = *std::move(key),
                                       .client_authorities = std::move(authorities->pem)});
  if (!is_new) return "";
  const absl::Time not_after = absl::FromChrono(certificate->not_after);
  states_.CertificateLoaded(FileStates::kTlsCertificate, not_after);
  states_.CertificateLoaded(FileStates::kClientAuthorities,
                            absl::FromChrono(authorities->not_after));
  return absl::StrCat("the certificate is valid until ",
                      absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", not_after, absl::UTCTimeZone()));
}

}  // namespace suprsend_gateway::gateway
