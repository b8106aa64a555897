#include "service/net/listen.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <system_error>
#include <utility>

#include "absl/status/status.h"

namespace suprsend_gateway::net {
namespace {

void Set(int fd, int level, int option, int value) {
  setsockopt(fd, level, option, &value, sizeof(value));
}

// Both have their port in the same place.
in_port_t& PortOf(sockaddr_storage& address) {
  return address.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6&>(address).sin6_port
                                       : reinterpret_cast<sockaddr_in&>(address).sin_port;
}

// What the kernel holds for a connection whose bytes are not read yet. More would only be a longer
// queue before gRPC, and what a flood has left behind when it is ended.
constexpr int kReceiveBufferBytes = 128 * 1024;

// Listens there, and says in `address` on which port. 0, or the errno of what failed.
int ListenOn(int fd, sockaddr_storage& address, socklen_t size) {
  if (fd < 0) return errno;
  // A port is not taken by connections that have ended.
  Set(fd, SOL_SOCKET, SO_REUSEADDR, 1);
  // [::] is every address, IPv4 too. (Has no effect on IPv4, and is an error that does not matter.)
  Set(fd, IPPROTO_IPV6, IPV6_V6ONLY, 0);
  // Connections inherit these two.
  Set(fd, IPPROTO_TCP, TCP_NODELAY, 1);
  Set(fd, SOL_SOCKET, SO_RCVBUF, kReceiveBufferBytes);
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  if (bind(fd, generic, size) != 0 || listen(fd, SOMAXCONN) != 0 ||
      getsockname(fd, generic, &size) != 0) {
    return errno;
  }
  return 0;
}

// A name may stand for an address that this host does not have: localhost for ::1 without IPv6.
bool IsNotHere(int error) { return error == EADDRNOTAVAIL || error == EAFNOSUPPORT; }

bool IsAmong(const sockaddr_storage& address, const std::vector<sockaddr_storage>& others) {
  return std::any_of(others.begin(), others.end(), [&address](const sockaddr_storage& other) {
    return std::memcmp(&address, &other, sizeof(address)) == 0;
  });
}

}  // namespace

absl::StatusOr<Listening> Listen(const std::string& host, int port) {
  addrinfo hints{};
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int error = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
      error != 0) {
    return absl::UnavailableError(gai_strerror(error));
  }
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> addresses(found, freeaddrinfo);
  Listening listening{.sockets = {}, .port = port};
  std::vector<sockaddr_storage> taken;
  int last_error = 0;
  for (const addrinfo* each = addresses.get(); each != nullptr; each = each->ai_next) {
    sockaddr_storage address{};
    std::memcpy(&address, each->ai_addr, each->ai_addrlen);
    // The second address takes the port that the first was given.
    PortOf(address) = htons(static_cast<in_port_t>(listening.port));
    if (IsAmong(address, taken)) continue;
    base::FileDescriptor socket(
        ::socket(each->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    const int error = ListenOn(socket.fd(), address, each->ai_addrlen);
    if (error != 0) {
      last_error = error;
      if (IsNotHere(error)) continue;
      return absl::UnavailableError(std::generic_category().message(error));
    }
    listening.port = ntohs(PortOf(address));
    listening.sockets.push_back(std::move(socket));
    taken.push_back(address);
  }
  if (listening.sockets.empty()) {
    return absl::UnavailableError(std::generic_category().message(last_error));
  }
  return listening;
}

}  // namespace suprsend_gateway::net
