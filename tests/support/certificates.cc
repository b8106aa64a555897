#include "tests/support/certificates.h"

#include "tests/support/process.h"

namespace suprsend_gateway::testing {
namespace {

// For `openssl ca`; `dir` is where it keeps its files.
constexpr char kCaConfig[] = R"(
[ca]
default_ca = test
[test]
database = $dir/issued.txt
new_certs_dir = $dir
rand_serial = yes
unique_subject = no
default_md = sha256
policy = any
[any]
commonName = supplied
)";

}  // namespace

CertificateAuthority::CertificateAuthority()
    : ca_file_(directory_.Path("ca.pem")), ca_key_(directory_.Path("ca.key")) {
  RunCommand({"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
              "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", ca_key_, "-out", ca_file_,
              "-days", "2", "-subj", "/CN=suprsend-gateway test authority"});
  directory_.Write("issued.txt", "");
  ca_config_ = directory_.Write("ca.conf", "dir = " + directory_.path() + kCaConfig);
}

CertificateFiles CertificateAuthority::Issue(const std::string& name,
                                             const std::string& subject_alt_name) const {
  return Issue(name, subject_alt_name, {"-days", "2"});
}

CertificateFiles CertificateAuthority::IssueExpired(const std::string& name,
                                                    const std::string& subject_alt_name) const {
  return Issue(name, subject_alt_name,
               {"-startdate", "20200101000000Z", "-enddate", "20200102000000Z"});
}

CertificateFiles CertificateAuthority::IssueForLater(const std::string& name,
                                                     const std::string& subject_alt_name) const {
  return Issue(name, subject_alt_name,
               {"-startdate", "20900101000000Z", "-enddate", "20910101000000Z"});
}

CertificateFiles CertificateAuthority::MakeWeak(const std::string& name) const {
  CertificateFiles files{directory_.Path(name + ".pem"), directory_.Path(name + ".key")};
  RunCommand({"openssl", "req", "-x509", "-newkey", "rsa:1024", "-nodes", "-keyout", files.key,
              "-out", files.certificate, "-days", "2", "-subj", "/CN=" + name});
  return files;
}

// By `openssl ca`, since `openssl x509` cannot make an expired one in every version.
CertificateFiles CertificateAuthority::Issue(const std::string& name,
                                             const std::string& subject_alt_name,
                                             const std::vector<std::string>& options) const {
  CertificateFiles files{.certificate = directory_.Path(name + ".pem"),
                         .key = directory_.Path(name + ".key")};
  const std::string request = directory_.Path(name + ".csr");
  const std::string extensions = directory_.Write(
      name + ".ext", subject_alt_name.empty() ? "" : "subjectAltName=" + subject_alt_name + "\n");
  RunCommand({"openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
              "-nodes", "-keyout", files.key, "-out", request, "-subj", "/CN=" + name});
  std::vector<std::string> sign = {"openssl",  "ca",       "-batch",   "-notext",
                                   "-config",  ca_config_, "-cert",    ca_file_,
                                   "-keyfile", ca_key_,    "-extfile", extensions,
                                   "-in",      request,    "-out",     files.certificate};
  sign.insert(sign.end(), options.begin(), options.end());
  RunCommand(sign);
  return files;
}

}  // namespace suprsend_gateway::testing
