#ifndef TESTS_UNIT_HTTP_LISTENERS_H_
#define TESTS_UNIT_HTTP_LISTENERS_H_

#include <atomic>
#include <chrono>
#include <cstddef>
#include <limits>
#include <map>
#include <string>
#include <thread>
#include <vector>

namespace suprsend_gateway::http {

// A listening socket on loopback. Connects succeed, and nothing is ever said: a TLS handshake that
// hangs.
class SilentListener {
 public:
  explicit SilentListener(int backlog = 128);
  ~SilentListener();
  SilentListener(const SilentListener&) = delete;
  SilentListener& operator=(const SilentListener&) = delete;

  int fd() const { return fd_; }
  std::string Address() const;

 private:
  int fd_ = -1;
};

// A listener whose backlog is full: connects hang, since their SYNs are dropped.
class FullListener {
 public:
  FullListener();
  ~FullListener();
  std::string Address() const { return listener_.Address(); }

 private:
  const SilentListener listener_;
  std::vector<int> connections_;
};

// Accepts each connection, says `bytes` once it has been spoken to, and closes it.
class CuttingListener {
 public:
  explicit CuttingListener(std::string bytes = "");
  ~CuttingListener();
  std::string Address() const { return listener_.Address(); }

 private:
  const SilentListener listener_;
  const std::string bytes_;
  std::thread thread_;
};

// Passes bytes on to 127.0.0.1:`port`, for the first `most` connections; others are never accepted.
class SlowPipe {
 public:
  enum class Kind {
    kSlowStart,  // Only from kDelay after its start: a network on which connecting takes time.
    kFar,        // Whatever it passes it passes kDistance later.
  };
  static constexpr std::chrono::milliseconds kDelay{200};
  static constexpr std::chrono::milliseconds kDistance{150};

  explicit SlowPipe(int port, size_t most = std::numeric_limits<size_t>::max(),
                    Kind kind = Kind::kSlowStart);
  ~SlowPipe();
  std::string Address() const { return listener_.Address(); }

 private:
  void Pass(int downstream) const;

  const SilentListener listener_;
  const int port_;
  const Kind kind_;
  std::vector<std::thread> connections_;  // The accepting thread's own while it runs.
  std::thread thread_;
};

// Answers nobody until so many POSTs are waiting, then everybody. A request is over at kBodyEnd.
// One thread, whatever the number of connections.
class HoldingServer {
 public:
  static constexpr char kBodyEnd[] = "<end>";

  explicit HoldingServer(int holds);
  ~HoldingServer();
  HoldingServer(const HoldingServer&) = delete;
  HoldingServer& operator=(const HoldingServer&) = delete;

  std::string Address() const { return listener_.Address(); }
  // Most that ever waited at the same time.
  int most_waiting() const { return most_waiting_; }

 private:
  void Run();
  void Accept();
  void Read(int fd);

  const SilentListener listener_;
  const int holds_;
  const int epoll_fd_;
  const int stop_fd_;
  std::map<int, std::string> connections_;
  std::vector<int> waiting_;
  std::atomic<int> most_waiting_ = 0;
  std::thread thread_;
};

}  // namespace suprsend_gateway::http

#endif  // TESTS_UNIT_HTTP_LISTENERS_H_
