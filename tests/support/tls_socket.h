#ifndef SUPRSEND_GATEWAY_TESTS_SUPPORT_TLS_SOCKET_H_
#define SUPRSEND_GATEWAY_TESTS_SUPPORT_TLS_SOCKET_H_

#include <openssl/ssl.h>

#include <memory>
#include <string>
#include <string_view>

#include "tests/support/certificates.h"

namespace suprsend_gateway::testing {

struct OpensslDeleter {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  void operator()(SSL* ssl) const { SSL_free(ssl); }
};

// What TLS connections of a server share. It takes HTTP/2 where that is wanted and the client
// offers it, else HTTP/1.1.
std::shared_ptr<SSL_CTX> MakeServerContext(const CertificateFiles& certificate, bool http2);

// The server's side of one TLS connection, on a non-blocking socket.
class TlsSocket {
 public:
  // Takes `fd` over.
  TlsSocket(SSL_CTX* context, int fd);
  ~TlsSocket();
  TlsSocket(const TlsSocket&) = delete;
  TlsSocket& operator=(const TlsSocket&) = delete;

  int fd() const { return fd_; }

  // Goes on with the handshake, then adds to `bytes` what has come. False: the connection has
  // ended, or the handshake has failed.
  bool Read(std::string& bytes);
  bool handshake_done() const { return SSL_is_init_finished(ssl_.get()) == 1; }
  // What ALPN agreed on.
  bool is_http2() const;

  // What is not yet read must be little enough for the socket's buffer; replies of tests are.
  void Write(std::string_view bytes);

  // Throws away what has come, as it stands on the wire. False: the peer has ended the connection.
  bool Discard() const;

  // FIN, after TLS's own goodbye where `close_notify` is set. The peer may go on talking: reading
  // that away (Discard) keeps the kernel from sending RST.
  void EndOutput(bool close_notify);
  // Closes with a TCP RST.
  void Reset();

 private:
  std::unique_ptr<SSL, OpensslDeleter> ssl_;
  int fd_;
};

}  // namespace suprsend_gateway::testing

#endif  // SUPRSEND_GATEWAY_TESTS_SUPPORT_TLS_SOCKET_H_
