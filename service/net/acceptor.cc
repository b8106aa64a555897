#include "service/net/acceptor.h"

#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <chrono>
#include <utility>

namespace suprsend_gateway::net {
namespace {

// Between two tries where the system has no descriptor or no memory.
constexpr auto kPause = std::chrono::milliseconds(100);

}  // namespace

Acceptor::Acceptor(Options options) : options_(std::move(options)), thread_([this] { Run(); }) {}

// Linux wakes up who polls a listening socket that is shut down.
Acceptor::~Acceptor() {
  stopping_ = true;
  for (const Socket& socket : options_.listening) shutdown(socket.fd(), SHUT_RDWR);
  thread_.join();
}

void Acceptor::Run() {
  std::vector<pollfd> watched;
  for (const Socket& socket : options_.listening) {
    watched.push_back({.fd = socket.fd(), .events = POLLIN, .revents = 0});
  }
  while (!stopping_) {
    poll(watched.data(), watched.size(), /*timeout=*/-1);
    bool has_room = true;
    for (const Socket& socket : options_.listening) has_room &= AcceptAll(socket.fd());
    if (!has_room) std::this_thread::sleep_for(kPause);
  }
}

bool Acceptor::AcceptAll(int listening_fd) {
  while (!stopping_) {
    Socket connection(accept4(listening_fd, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (connection.fd() >= options_.end_of_descriptors) {
      options_.on_turned_away();
    } else if (connection.fd() >= 0) {
      options_.on_connection(std::move(connection));
    } else if (errno != EINTR && errno != ECONNABORTED) {
      return errno == EAGAIN;
    }
  }
  return true;
}

}  // namespace suprsend_gateway::net
