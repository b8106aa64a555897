#include "service/http/event_loop.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <limits>

namespace suprsend_gateway::http {
namespace {

constexpr int kEventsPerTurn = 256;

}  // namespace

absl::StatusOr<std::unique_ptr<EventLoop>> EventLoop::Create() {
  const int epoll_fd = epoll_create1(EPOLL_CLOEXEC);
  if (epoll_fd < 0) return absl::ErrnoToStatus(errno, "epoll_create1");
  const int wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  epoll_event event{.events = EPOLLIN, .data = {.fd = wake_fd}};
  if (wake_fd < 0 || epoll_ctl(epoll_fd, EPOLL_CTL_ADD, wake_fd, &event) != 0) {
    const int error = errno;
    if (wake_fd >= 0) close(wake_fd);
    close(epoll_fd);
    return absl::ErrnoToStatus(error, "eventfd");
  }
  return std::unique_ptr<EventLoop>(new EventLoop(epoll_fd, wake_fd));
}

EventLoop::EventLoop(int epoll_fd, int wake_fd)
    : epoll_fd_(epoll_fd), wake_fd_(wake_fd), thread_([this] { Run(); }) {}

EventLoop::~EventLoop() {
  Stop();
  close(wake_fd_);
  close(epoll_fd_);
}

void EventLoop::Stop() {
  stopping_ = true;
  Wake();
  if (thread_.joinable()) thread_.join();
  std::vector<Task> dropped;
  {
    base::MutexLock lock(mutex_);
    dropped.swap(posted_tasks_);
  }
}

void EventLoop::After(clock::Duration delay, Task callback) {
  Post([this, when = Now() + delay, callback = std::move(callback)]() mutable {
    Arm(when, std::move(callback));
  });
}

void EventLoop::Post(Task task) {
  bool was_empty;
  {
    base::MutexLock lock(mutex_);
    was_empty = posted_tasks_.empty();
    posted_tasks_.push_back(std::move(task));
  }
  if (was_empty) Wake();
}

EventLoop::TimerId EventLoop::Arm(clock::TimePoint when, Task task) {
  return timers_.emplace(when, std::move(task));
}

void EventLoop::Watch(int fd, uint32_t events) {
  epoll_event event{.events = events, .data = {.fd = fd}};
  if (epoll_ctl(epoll_fd_, EPOLL_CTL_MOD, fd, &event) != 0 && errno == ENOENT) {
    epoll_ctl(epoll_fd_, EPOLL_CTL_ADD, fd, &event);
  }
}

void EventLoop::Unwatch(int fd) { epoll_ctl(epoll_fd_, EPOLL_CTL_DEL, fd, nullptr); }

void EventLoop::Run() {
  std::array<epoll_event, kEventsPerTurn> events;
  while (!stopping_) {
    const int count = epoll_wait(epoll_fd_, events.data(), kEventsPerTurn, EpollTimeoutMs());
    for (int i = 0; i < count; ++i) {
      if (const int fd = events[i].data.fd; fd != wake_fd_) {
        socket_handler_(fd, events[i].events);
      } else {
        uint64_t wakes;
        [[maybe_unused]] const ssize_t got = read(wake_fd_, &wakes, sizeof(wakes));
      }
    }
    RunPostedTasks();
    RunDueTimers();
  }
}

void EventLoop::Wake() {
  const uint64_t one = 1;
  [[maybe_unused]] const ssize_t put = write(wake_fd_, &one, sizeof(one));
}

// Rounded up: a turn that comes too early would only go round again.
int EventLoop::EpollTimeoutMs() const {
  if (timers_.empty()) return -1;
  const auto wait = std::chrono::ceil<std::chrono::milliseconds>(timers_.begin()->first - Now());
  return static_cast<int>(std::clamp<int64_t>(wait.count(), 0, std::numeric_limits<int>::max()));
}

void EventLoop::RunPostedTasks() {
  {
    base::MutexLock lock(mutex_);
    running_tasks_.swap(posted_tasks_);
  }
  for (Task& task : running_tasks_) std::move(task)();
  running_tasks_.clear();
}

void EventLoop::RunDueTimers() {
  const clock::TimePoint now = Now();
  while (!timers_.empty() && timers_.begin()->first <= now) {
    Task task = std::move(timers_.begin()->second);
    timers_.erase(timers_.begin());
    std::move(task)();
  }
}

}  // namespace suprsend_gateway::http
