#include "service/base/local_port.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstddef>

namespace suprsend_gateway::base {

int LocalPort(int fd) {
  sockaddr_storage address{};
  socklen_t size = sizeof(address);
  if (getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0 ||
      (address.ss_family != AF_INET && address.ss_family != AF_INET6)) {
    return 0;
  }
  // The port stands at the same place in both kinds of address.
  static_assert(offsetof(sockaddr_in, sin_port) == offsetof(sockaddr_in6, sin6_port));
  return ntohs(reinterpret_cast<const sockaddr_in&>(address).sin_port);
}

}  // namespace suprsend_gateway::base
