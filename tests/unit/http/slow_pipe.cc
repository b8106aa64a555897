#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
#include <string>
#include <utility>

#include "tests/unit/http/listeners.h"

namespace suprsend_gateway::http {
namespace {

using Clock = std::chrono::steady_clock;

// One direction of a connection.
class Way {
 public:
  Way(int from, int to, Clock::duration distance) : from_(from), to_(to), distance_(distance) {}

  // Takes what can be read; false at the end of the connection.
  bool Read() {
    std::string bytes(16384, '\0');
    const ssize_t got = recv(from_, bytes.data(), bytes.size(), 0);
    if (got <= 0) return false;
    bytes.resize(static_cast<size_t>(got));
    under_way_.emplace_back(Clock::now() + distance_, std::move(bytes));
    return true;
  }

  // Delivers what has arrived; false at the end of the connection.
  bool Deliver() {
    while (!under_way_.empty() && under_way_.front().first <= Clock::now()) {
      const std::string& bytes = under_way_.front().second;
      for (size_t at = 0; at < bytes.size();) {
        const ssize_t put = send(to_, bytes.data() + at, bytes.size() - at, MSG_NOSIGNAL);
        if (put <= 0) return false;
        at += static_cast<size_t>(put);
      }
      under_way_.pop_front();
    }
    return true;
  }

  bool IsEmpty() const { return under_way_.empty(); }

 private:
  const int from_;
  const int to_;
  const Clock::duration distance_;
  std::deque<std::pair<Clock::time_point, std::string>> under_way_;
};

}  // namespace

SlowPipe::SlowPipe(int port, size_t most, Kind kind)
    : port_(port), kind_(kind), thread_([this, most] {
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
  if (kind_ == Kind::kSlowStart) std::this_thread::sleep_for(kDelay);
  const int upstream = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<uint16_t>(port_));
  std::array<pollfd, 2> sides{{{downstream, POLLIN, 0}, {upstream, POLLIN, 0}}};
  const Clock::duration distance = kind_ == Kind::kFar ? kDistance : Clock::duration::zero();
  Way up(downstream, upstream, distance);
  Way down(upstream, downstream, distance);
  bool open = connect(upstream, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0;
  while (open && poll(sides.data(), sides.size(), up.IsEmpty() && down.IsEmpty() ? -1 : 1) >= 0) {
    if (sides[0].revents != 0) open = up.Read();
    if (open && sides[1].revents != 0) open = down.Read();
    open = open && up.Deliver() && down.Deliver();
  }
  close(upstream);
  close(downstream);
}

}  // namespace suprsend_gateway::http
