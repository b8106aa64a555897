#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdint>

#include "tests/unit/http/listeners.h"

namespace suprsend_gateway::http {
namespace {

// Passes on what can be read; false at the end of the connection.
bool PassOnce(int from, int to) {
  std::array<char, 16384> buffer;
  const ssize_t got = recv(from, buffer.data(), buffer.size(), 0);
  for (ssize_t at = 0; at < got;) {
    const ssize_t put = send(to, buffer.data() + at, static_cast<size_t>(got - at), MSG_NOSIGNAL);
    if (put <= 0) return false;
    at += put;
  }
  return got > 0;
}

}  // namespace

SlowPipe::SlowPipe(int port, size_t most)
    : port_(port), thread_([this, most] {
        int fd;
        while (connections_.size() < most &&
               (fd = accept4(listener_.fd(), nullptr, nullptr, SOCK_CLOEXEC)) >= 0) {
          connections_.emplace_back([this, fd] { Pass(fd); });
        }
      }) {}

// Its connections must have ended.
SlowPipe::~SlowPipe() {
  shutdown(listener_.fd(), SHUT_RDWR);
  thread_.join();
  for (std::thread& connection : connections_) connection.join();
}

void SlowPipe::Pass(int downstream) const {
  std::this_thread::sleep_for(kDelay);
  const int upstream = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<uint16_t>(port_));
  std::array<pollfd, 2> sides{{{downstream, POLLIN, 0}, {upstream, POLLIN, 0}}};
  bool open = connect(upstream, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0;
  while (open && poll(sides.data(), sides.size(), -1) > 0) {
    if (sides[0].revents != 0) open = PassOnce(downstream, upstream);
    if (open && sides[1].revents != 0) open = PassOnce(upstream, downstream);
  }
  close(upstream);
  close(downstream);
}

}  // namespace suprsend_gateway::http
