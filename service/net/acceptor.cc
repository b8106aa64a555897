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

constexpr auto kBetweenLooks = std::chrono::milliseconds(100);
// From one connection between two looks: what two thousand small calls a second are.
constexpr uint64_t kMuch = uint64_t{32} * 1024;

}  // namespace

Acceptor::Acceptor(std::vector<Socket> listening, OnConnection on_connection, Limits limits)
    : listening_(std::move(listening)),
      on_connection_(std::move(on_connection)),
      limits_(std::move(limits)),
      thread_([this] { Run(); }) {}

// Linux wakes up who polls a listening socket that is shut down.
Acceptor::~Acceptor() {
  stopping_ = true;
  for (const Socket& socket : listening_) shutdown(socket.fd(), SHUT_RDWR);
  thread_.join();
}

void Acceptor::Run() {
  std::vector<pollfd> watched;
  for (const Socket& socket : listening_) {
    watched.push_back({.fd = socket.fd(), .events = POLLIN, .revents = 0});
  }
  while (!stopping_) {
    poll(watched.data(), watched.size(), static_cast<int>(kBetweenLooks.count()));
    LookAtSenders();
    bool has_room = true;
    for (const Socket& socket : listening_) has_room &= AcceptAll(socket.fd());
    if (!has_room) std::this_thread::sleep_for(kPause);
  }
}

bool Acceptor::AcceptAll(int listening_fd) {
  while (!stopping_) {
    Socket connection(accept4(listening_fd, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (connection.fd() >= limits_.end_of_descriptors) {
      limits_.on_turned_away();
    } else if (connection.fd() >= 0) {
      connections_.Add(connection.fd());
      on_connection_(std::move(connection), listening_fd);
    } else if (errno != EINTR && errno != ECONNABORTED) {
      return errno == EAGAIN;
    }
  }
  return true;
}

void Acceptor::LookAtSenders() {
  const auto now = std::chrono::steady_clock::now();
  if (now < next_look_) return;
  next_look_ = now + kBetweenLooks;
  switch (limits_.look()) {
    case Senders::kLeave:
      break;
    case Senders::kCount:
      connections_.StartCounting();
      break;
    case Senders::kEndBiggest:
      if (const auto sender = connections_.EndBiggestSender(kMuch)) limits_.on_ended(*sender);
  }
}

}  // namespace suprsend_gateway::net
