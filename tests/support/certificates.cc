#include "tests/support/certificates.h"

#include "tests/support/process.h"

namespace suprsend_gateway::testing {

CertificateAuthority::CertificateAuthority()
    : ca_file_(directory_.Path("ca.pem")), ca_key_(directory_.Path("ca.key")) {
  RunCommand({"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
              "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", ca_key_, "-out", ca_file_,
              "-days", "2", "-subj", "/CN=suprsend-gateway test authority"});
}

CertificateFiles CertificateAuthority::Issue(const std::string& name,
                                             const std::string& subject_alt_name,
                                             int valid_days) const {
  CertificateFiles files{.certificate = directory_.Path(name + ".pem"),
                         .key = directory_.Path(name + ".key")};
  const std::string request = directory_.Path(name + ".csr");
  const std::string extensions =
      directory_.Write(name + ".ext", "subjectAltName=" + subject_alt_name + "\n");
  RunCommand({"openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
              "-nodes", "-keyout", files.key, "-out", request, "-subj", "/CN=" + name});
  RunCommand({"openssl", "x509", "-req", "-in", request, "-CA", ca_file_, "-CAkey", ca_key_,
              "-CAcreateserial", "-days", std::to_string(valid_days), "-extfile", extensions,
              "-out", files.certificate});
  return files;
}

}  // namespace suprsend_gateway::testing
