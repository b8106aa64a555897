#include "tests/integration/caller_harness.h"

#include <filesystem>

namespace suprsend_gateway::testing {

std::string PolicyFor(const std::vector<std::string>& callers, const std::string& rules) {
  std::string policy;
  for (const std::string& caller : callers) {
    policy += (policy.empty() ? "" : ", ") + ("\"" + caller + "\": " + rules);
  }
  return "{\"callers\": {" + policy + "}}";
}

CallerTest::CallerTest() {
  const CertificateFiles server = authority_.Issue("server", "IP:127.0.0.1");
  files_.Write("server.pem", ReadFile(server.certificate));
  files_.Write("server.key", ReadFile(server.key));
  files_.Write("clients.pem", ReadFile(authority_.ca_file()));
  billing_ = Client("billing", std::string("URI:") + kBilling);
}

std::vector<std::string> CallerTest::TlsFlags() const {
  return {"--tls_cert_file=" + files_.Path("server.pem"),
          "--tls_key_file=" + files_.Path("server.key"),
          "--client_ca_file=" + files_.Path("clients.pem")};
}

std::vector<std::string> CallerTest::PolicyFlags(const std::string& policy) const {
  std::vector<std::string> flags = TlsFlags();
  flags.push_back("--caller_policy_file=" + files_.Write("policy.json", policy));
  return flags;
}

ClientTls CallerTest::Client(const std::string& name, const std::string& subject_alt_name) const {
  const CertificateFiles files = authority_.Issue(name, subject_alt_name);
  return {.ca_file = authority_.ca_file(), .certificate = files.certificate, .key = files.key};
}

void CallerTest::Replace(const std::string& name, const std::string& content) const {
  std::filesystem::rename(files_.Write(name + ".new", content), files_.Path(name));
}

}  // namespace suprsend_gateway::testing
