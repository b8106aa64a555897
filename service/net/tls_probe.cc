#include "service/net/tls_probe.h"

#include <netdb.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <memory>

#include "service/base/file_descriptor.h"

namespace suprsend_gateway::net {
namespace {

using Clock = std::chrono::steady_clock;

// Waits until something of `events` is there; false once it is too late.
bool Await(int fd, short events, Clock::time_point until) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now());
  pollfd waited = {.fd = fd, .events = events, .revents = 0};
  return left.count() > 0 && poll(&waited, 1, static_cast<int>(left.count())) > 0;
}

// Gives up at `until`.
bool Connect(int fd, const addrinfo& address, Clock::time_point until) {
  if (connect(fd, address.ai_addr, address.ai_addrlen) == 0) return true;
  if (errno != EINPROGRESS || !Await(fd, POLLOUT, until)) return false;
  int error = 0;
  socklen_t size = sizeof(error);
  return getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0;
}

bool Shake(int fd, Clock::time_point until) {
  const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context(SSL_CTX_new(TLS_client_method()),
                                                                  &SSL_CTX_free);
  // gRPC's server wants ALPN.
  constexpr std::array<unsigned char, 3> kHttp2 = {2, 'h', '2'};
  SSL_CTX_set_alpn_protos(context.get(), kHttp2.data(), kHttp2.size());
  const std::unique_ptr<SSL, decltype(&SSL_free)> session(SSL_new(context.get()), &SSL_free);
  SSL_set_fd(session.get(), fd);
  bool may_go_on = true;
  int done = 0;
  while (may_go_on && (done = SSL_connect(session.get())) != 1) {
    const int wanted = SSL_get_error(session.get(), done);
    may_go_on = (wanted == SSL_ERROR_WANT_READ && Await(fd, POLLIN, until)) ||
                (wanted == SSL_ERROR_WANT_WRITE && Await(fd, POLLOUT, until));
  }
  ERR_clear_error();
  return done == 1;
}

}  // namespace

bool AnswersHandshake(const std::string& host, int port, std::chrono::milliseconds patience) {
  const Clock::time_point until = Clock::now() + patience;
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found) != 0) return false;
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> addresses(found, &freeaddrinfo);
  for (const addrinfo* each = addresses.get(); each != nullptr; each = each->ai_next) {
    const base::FileDescriptor socket(
        ::socket(each->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (socket.fd() >= 0 && Connect(socket.fd(), *each, until) && Shake(socket.fd(), until)) {
      return true;
    }
  }
  return false;
}

}  // namespace suprsend_gateway::net
