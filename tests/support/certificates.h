#ifndef SUPRSEND_GATEWAY_TESTS_SUPPORT_CERTIFICATES_H_
#define SUPRSEND_GATEWAY_TESTS_SUPPORT_CERTIFICATES_H_

#include <string>
#include <vector>

#include "tests/support/temp_dir.h"

namespace suprsend_gateway::testing {

// PEM files of a certificate with its key.
struct CertificateFiles {
  std::string certificate;
  std::string key;
};

// A certificate authority of the test's own, made with openssl's command line.
class CertificateAuthority {
 public:
  CertificateAuthority();

  // The PEM file to trust.
  const std::string& ca_file() const { return ca_file_; }

  // Makes a certificate; `subject_alt_name` as in "IP:127.0.0.1,DNS:localhost", empty for none.
  CertificateFiles Issue(const std::string& name, const std::string& subject_alt_name) const;

  // The same, but it expired years ago.
  // Valid in the year 2090.
  CertificateFiles IssueForLater(const std::string& name,
                                 const std::string& subject_alt_name) const;
  CertificateFiles IssueExpired(const std::string& name, const std::string& subject_alt_name) const;

  // One that vouches for itself, with a key of RSA 1024, which no handshake takes any more.
  CertificateFiles MakeWeak(const std::string& name) const;

 private:
  CertificateFiles Issue(const std::string& name, const std::string& subject_alt_name,
                         const std::vector<std::string>& options) const;

  TempDir directory_;
  std::string ca_file_;
  std::string ca_key_;
  std::string ca_config_;
};

}  // namespace suprsend_gateway::testing

#endif  // SUPRSEND_GATEWAY_TESTS_SUPPORT_CERTIFICATES_H_
