#ifndef SERVICE_HTTP_EVENT_LOOP_H_
#define SERVICE_HTTP_EVENT_LOOP_H_

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "service/base/mutex.h"
#include "service/clock/scheduler.h"

namespace suprsend_gateway::http {

// One thread that waits on sockets, timers and tasks, and runs what is due: sockets first, then all
// tasks that were posted, then timers, so that work gathers into batches. Nothing that runs here
// may block.
class EventLoop final : public clock::Scheduler {
 public:
  using Task = absl::AnyInvocable<void() &&>;
  // `events`: EPOLLIN and the like.
  using SocketHandler = absl::AnyInvocable<void(int fd, uint32_t events)>;
  using Timers = std::multimap<clock::TimePoint, Task>;
  using TimerId = Timers::iterator;  // Good until the timer runs or is disarmed.

  // Starts the thread. Fails where the system is out of descriptors.
  static absl::StatusOr<std::unique_ptr<EventLoop>> Create();
  ~EventLoop() override;

  // Ends the thread; what has not run by then never will, and tasks are destroyed. Not from the
  // loop's own thread.
  void Stop();

  clock::TimePoint Now() const override { return std::chrono::steady_clock::now(); }
  void After(clock::Duration delay, Task callback) override;

  // Runs `task` soon. Any thread.
  void Post(Task task);

  // The rest is for the loop's own thread.
  TimerId Arm(clock::TimePoint when, Task task);
  // Once, and not after it has run.
  void Disarm(TimerId timer) { timers_.erase(timer); }
  // Handles the events of every watched socket.
  void SetSocketHandler(SocketHandler handler) { socket_handler_ = std::move(handler); }
  // Starts to watch `fd`, or changes what for. A closed descriptor is forgotten by itself.
  void Watch(int fd, uint32_t events);
  void Unwatch(int fd);

 private:
  EventLoop(int epoll_fd, int wake_fd);
  void Run();
  void Wake();
  int EpollTimeoutMs() const;
  void RunPostedTasks();
  void RunDueTimers();

  const int epoll_fd_;
  const int wake_fd_;
  SocketHandler socket_handler_;
  Timers timers_;
  std::vector<Task> running_tasks_;

  base::Mutex mutex_;
  std::vector<Task> posted_tasks_ ABSL_GUARDED_BY(mutex_);

  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

}  // namespace suprsend_gateway::http

#endif  // SERVICE_HTTP_EVENT_LOOP_H_
