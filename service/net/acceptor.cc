#include "service/net/acceptor.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <utility>

namespace suprsend_gateway::net {
namespace {

// Between two tries where the system has no descriptor or no memory.
constexpr auto kPause = std::chrono::milliseconds(100);

std::chrono::milliseconds BetweenLooks(base::MemoryState memory) {
  return std::chrono::milliseconds(memory == base::MemoryState::kEnough ? 100 : 20);
}

// From one connection, while memory grows by four MiB.
constexpr uint64_t kMuch = uint64_t{32} * 1024;
// So kMuch is half a KiB in the end, which is more than a call of those who send little.
constexpr int kLastStep = 6;
// Of those who were ended there is work left, and memory can grow by it for seconds though nobody
// sends. Until then nobody is ended who sends far less than the least of them did: an eighth, or in
// case they sent very much, a quarter of kMuch.
constexpr auto kAftermath = std::chrono::seconds(5);
constexpr uint64_t FarLess(uint64_t bytes) { return std::min(bytes / 8, kMuch / 4); }

// However many come, it looks at memory in between.
constexpr int kAcceptedAtOnce = 64;

}  // namespace

Acceptor::Acceptor(std::vector<base::FileDescriptor> listening, OnConnection on_connection,
                   Limits limits)
    : listening_(std::move(listening)),
      on_connection_(std::move(on_connection)),
      limits_(std::move(limits)),
      thread_([this] { Run(); }) {}

Acceptor::~Acceptor() {
  stopping_ = true;
  StopListening();
  thread_.join();
}

// Linux wakes up who polls a listening socket that is shut down.
void Acceptor::StopListening() {
  listens_ = false;
  for (const base::FileDescriptor& socket : listening_) shutdown(socket.fd(), SHUT_RDWR);
}

void Acceptor::Run() {
  std::vector<pollfd> watched;
  for (const base::FileDescriptor& socket : listening_) {
    watched.push_back({.fd = socket.fd(), .events = POLLIN, .revents = 0});
  }
  while (!stopping_) {
    poll(watched.data(), listens_ ? watched.size() : 0,
         static_cast<int>(BetweenLooks(memory_).count()));
    if (end_all_.exchange(false)) connections_.EndAll();
    if (std::chrono::steady_clock::now() >= next_look_) Look();
    if (!listens_) continue;
    bool has_room = true;
    for (const base::FileDescriptor& socket : listening_) has_room &= Accept(socket.fd());
    if (!has_room) std::this_thread::sleep_for(kPause);
  }
}

bool Acceptor::Accept(int listening_fd) {
  for (int i = 0; i < kAcceptedAtOnce; ++i) {
    base::FileDescriptor connection(
        accept4(listening_fd, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (connection.fd() < 0) {
      if (errno != EINTR && errno != ECONNABORTED) return errno == EAGAIN || !listens_;
    } else if (connection.fd() >= limits_.end_of_descriptors ||
               memory_ >= base::MemoryState::kShort) {
      limits_.on_turned_away();
    } else {
      connections_.Add(connection.fd());
      on_connection_(std::move(connection), listening_fd);
    }
  }
  return true;
}

void Acceptor::Look() {
  const base::MemoryState before = std::exchange(memory_, limits_.look());
  const auto now = std::chrono::steady_clock::now();
  if (memory_ < base::MemoryState::kShort) steps_of_growth_ = 0;
  if (memory_ == base::MemoryState::kShortAndGrows) {
    const int step = std::min(steps_of_growth_++, kLastStep);
    const uint64_t spared = now < aftermath_ends_ ? spared_in_aftermath_ : 0;
    for (const auto& sender :
         connections_.EndBiggestSenders(size_t{1} << step, std::max(kMuch >> step, spared))) {
      limits_.on_ended(sender);
      spared_in_aftermath_ = FarLess(sender.bytes);  // The last of them sent least.
      aftermath_ends_ = now + kAftermath;
    }
  } else if (memory_ == base::MemoryState::kShort && before < base::MemoryState::kShort) {
    connections_.StartCounting();
  }
  next_look_ = std::chrono::steady_clock::now() + BetweenLooks(memory_);
}

}  // namespace suprsend_gateway::net
