#ifndef SUPRSEND_GATEWAY_TESTS_SUPPORT_NGINX_H_
#define SUPRSEND_GATEWAY_TESTS_SUPPORT_NGINX_H_

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/certificates.h"
#include "tests/support/process.h"
#include "tests/support/temp_dir.h"

namespace suprsend_gateway::testing {

// nginx as the TLS ingress in front of an upstream on plain HTTP. The test fails, and does not
// skip, where nginx is not installed.
class Nginx {
 public:
  struct Options {
    CertificateFiles certificate;
    // "http://127.0.0.1:PORT", without a path.
    std::string upstream_url;
    bool http2 = true;
    // More lines for the server block.
    std::string server_lines;
  };

  struct AccessLine {
    std::string protocol;
    std::string connection;
    int status = 0;
    std::string request_uri;
  };

  explicit Nginx(const Options& options);

  // "https://HOST:PORT" and `path`.
  std::string Url(const std::string& path = "/", const std::string& host = "127.0.0.1") const;

  // The log when it has at least that many lines, or what there is at the timeout.
  std::vector<AccessLine> WaitForAccessLines(size_t count, std::chrono::milliseconds timeout) const;

 private:
  bool StartOn(int port, const Options& options);

  TempDir directory_;
  int port_ = 0;
  std::optional<Process> process_;
};

// A port on loopback on which nothing listens at this moment.
int UnusedPort();

}  // namespace suprsend_gateway::testing

#endif  // SUPRSEND_GATEWAY_TESTS_SUPPORT_NGINX_H_
