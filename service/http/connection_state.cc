#include "service/http/connection_state.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>

#include "service/http/curl_easy.h"

namespace suprsend_gateway::http {

namespace {

const SSL* TlsSession(CURL* easy) {
  curl_tlssessioninfo* session = nullptr;
  if (curl_easy_getinfo(easy, CURLINFO_TLS_SSL_PTR, &session) != CURLE_OK || session == nullptr ||
      session->backend != CURLSSLBACKEND_OPENSSL) {
    return nullptr;
  }
  return static_cast<const SSL*>(session->internals);
}

}  // namespace

bool HasTlsConnection(CURL* easy) { return TlsSession(easy) != nullptr; }

bool SpeaksHttp2(CURL* easy) {
  const SSL* const session = TlsSession(easy);
  if (session == nullptr) return false;
  const unsigned char* name = nullptr;
  unsigned int size = 0;
  SSL_get0_alpn_selected(session, &name, &size);
  return size != 0 && std::string_view(reinterpret_cast<const char*>(name), size) == "h2";
}

std::chrono::microseconds TlsHandshakeTime(CURL* easy) {
  const curl_off_t connected = GetOffset(easy, CURLINFO_CONNECT_TIME_T);
  const curl_off_t shaken = GetOffset(easy, CURLINFO_APPCONNECT_TIME_T);
  return std::chrono::microseconds(std::max<curl_off_t>(0, shaken - connected));
}

bool IsReused(CURL* easy) { return GetLong(easy, CURLINFO_NUM_CONNECTS) == 0; }

bool HasInput(int fd) {
  char byte;
  return recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) >= 0 || errno != EAGAIN;
}

bool HasEnded(int fd) {
  pollfd end{.fd = fd, .events = POLLRDHUP, .revents = 0};
  return poll(&end, 1, 0) > 0;
}

void Spoil(int fd) {
  std::array<char, 4096> bytes;
  shutdown(fd, SHUT_RDWR);
  while (recv(fd, bytes.data(), bytes.size(), MSG_DONTWAIT) > 0) {
  }
}

void Cork::Set(int on) const {
  if (fd_ >= 0) setsockopt(fd_, IPPROTO_TCP, TCP_CORK, &on, sizeof(on));
}

}  // namespace suprsend_gateway::http
