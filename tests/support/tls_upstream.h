#ifndef SUPRSEND_GATEWAY_TESTS_SUPPORT_TLS_UPSTREAM_H_
#define SUPRSEND_GATEWAY_TESTS_SUPPORT_TLS_UPSTREAM_H_

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "tests/support/certificates.h"
#include "tests/support/server_loop.h"
#include "tests/support/tls_connection.h"
#include "tests/support/tls_exchange.h"

namespace suprsend_gateway::testing {

// A TLS server on a port of the system's choosing that speaks HTTP/1.1 or HTTP/2, keeps every POST
// that it has read whole, and then does with it as a script says. One thread serves all
// connections and plays the script. A connection that a script has closed reads nothing more.
class TlsUpstream {
 public:
  struct Options {
    CertificateFiles certificate;
    // Chosen by ALPN; a client that does not offer it gets HTTP/1.1.
    bool http2 = false;
  };

  TlsUpstream(const Options& options, TlsScript script);
  ~TlsUpstream();
  TlsUpstream(const TlsUpstream&) = delete;
  TlsUpstream& operator=(const TlsUpstream&) = delete;

  // Goes for the requests that are read from now on.
  void SetScript(TlsScript script);
  // Go for the connections that are accepted from now on, which `handshake` is told by number.
  void SetHandshake(std::function<Handshake(int connection)> handshake);
  void SetCertificate(const CertificateFiles& certificate);

  // "https://127.0.0.1:PORT/".
  std::string Url() const;

  // Every POST so far, in the order in which they came. A script that acts on one can be sure that
  // it is among them.
  std::vector<TlsRequest> Requests() const;
  size_t RequestCount() const;
  // Connections accepted so far.
  int ConnectionCount() const;
  bool WaitForRequests(size_t count, std::chrono::milliseconds timeout) const;
  void ForgetRequests();

 private:
  void Accept();
  void OnRequests(const std::vector<TlsExchange>& exchanges);

  const bool http2_;
  int listener_ = -1;
  int port_ = 0;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  TlsScript script_;
  std::function<Handshake(int connection)> handshake_;
  std::shared_ptr<SSL_CTX> context_;
  std::vector<TlsRequest> requests_;
  int connections_ = 0;
  ServerLoop loop_;
};

}  // namespace suprsend_gateway::testing

#endif  // SUPRSEND_GATEWAY_TESTS_SUPPORT_TLS_UPSTREAM_H_
