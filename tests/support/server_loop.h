#ifndef SUPRSEND_GATEWAY_TESTS_SUPPORT_SERVER_LOOP_H_
#define SUPRSEND_GATEWAY_TESTS_SUPPORT_SERVER_LOOP_H_

#include <chrono>
#include <functional>
#include <map>
#include <thread>

namespace suprsend_gateway::testing {

// One thread on which a server of the tests waits for its sockets and for time. It is not the
// gateway's own loop, so that a fault of that one does not hide itself. But for Stop(), members are
// for the loop's thread, or for before Start().
class ServerLoop {
 public:
  ServerLoop();
  ~ServerLoop();
  ServerLoop(const ServerLoop&) = delete;
  ServerLoop& operator=(const ServerLoop&) = delete;

  void Start();
  // Ends the thread; what has not run by then never will.
  void Stop();

  // Calls `on_readable` whenever `fd` has something to read or has ended.
  void Watch(int fd, std::function<void()> on_readable);
  // Before `fd` is closed.
  void Forget(int fd);
  void After(std::chrono::milliseconds delay, std::function<void()> task);

 private:
  using Clock = std::chrono::steady_clock;

  void Run();
  int MsToNextTimer() const;
  void RunDueTimers();

  int epoll_fd_;
  int stop_fd_;
  bool stopping_ = false;
  std::map<int, std::function<void()>> watched_;
  std::multimap<Clock::time_point, std::function<void()>> timers_;
  std::thread thread_;
};

}  // namespace suprsend_gateway::testing

#endif  // SUPRSEND_GATEWAY_TESTS_SUPPORT_SERVER_LOOP_H_
