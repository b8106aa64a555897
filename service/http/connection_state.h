#ifndef SERVICE_HTTP_CONNECTION_STATE_H_
#define SERVICE_HTTP_CONNECTION_STATE_H_

#include <curl/curl.h>

#include <chrono>

namespace suprsend_gateway::http {

// What there is to know of the connection of a transfer.

// Whether both sides agreed on HTTP/2 (ALPN, so over TLS only).
bool SpeaksHttp2(CURL* easy);

// Whether the transfer has a connection with TLS right now.
bool HasTlsConnection(CURL* easy);

// Whether the transfer has a connection that served others before.
bool IsReused(CURL* easy);

// How long the transfer's own TLS handshake took; zero where it had none.
std::chrono::microseconds TlsHandshakeTime(CURL* easy);

// Whether there are bytes to read, the end or an error, right now.
bool HasInput(int fd);

// Whether the other end has closed the connection, or it has failed, whatever there is to read.
bool HasEnded(int fd);

// Takes what there is to read and ends the connection, so that libcurl finds it dead.
void Spoil(int fd);

// While it lives, what is written to the TCP socket `fd` is gathered, and then goes out in as few
// packets as hold it: to send is the dearest thing that a request costs. -1: none.
class Cork {
 public:
  explicit Cork(int fd) : fd_(fd) { Set(1); }
  ~Cork() { Set(0); }
  Cork(const Cork&) = delete;
  Cork& operator=(const Cork&) = delete;

 private:
  void Set(int on) const;

  const int fd_;
};

}  // namespace suprsend_gateway::http

#endif  // SERVICE_HTTP_CONNECTION_STATE_H_
