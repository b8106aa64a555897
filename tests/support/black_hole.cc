#include "tests/support/black_hole.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>

namespace suprsend_gateway::testing {
namespace {

// A connection that has not come about by then is one that the full queue keeps out.
constexpr int kKeptOutMs = 500;
// A backlog of 0 lets one connection in; the kernel may round up.
constexpr int kMostConnections = 64;

}  // namespace

BlackHole::BlackHole() {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  fds_.push_back(listener);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  if (bind(listener, generic, size) != 0 || listen(listener, 0) != 0 ||
      getsockname(listener, generic, &size) != 0) {
    std::abort();
  }
  port_ = ntohs(address.sin_port);
  for (int i = 0; i < kMostConnections; ++i) {
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    fds_.push_back(fd);
    connect(fd, generic, size);
    pollfd connected{fd, POLLOUT, 0};
    if (poll(&connected, 1, kKeptOutMs) == 0) return;
  }
  std::abort();
}

BlackHole::~BlackHole() {
  for (const int fd : fds_) close(fd);
}

std::string BlackHole::Url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/"; }

}  // namespace suprsend_gateway::testing
