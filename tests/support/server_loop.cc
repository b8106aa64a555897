#include "tests/support/server_loop.h"

#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdlib>
#include <utility>

namespace suprsend_gateway::testing {

ServerLoop::ServerLoop()
    : epoll_fd_(epoll_create1(EPOLL_CLOEXEC)), stop_fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (epoll_fd_ < 0 || stop_fd_ < 0) std::abort();
  Watch(stop_fd_, [this] { stopping_ = true; });
}

ServerLoop::~ServerLoop() {
  Stop();
  close(stop_fd_);
  close(epoll_fd_);
}

void ServerLoop::Start() {
  thread_ = std::thread([this] { Run(); });
}

void ServerLoop::Stop() {
  if (!thread_.joinable()) return;
  eventfd_write(stop_fd_, 1);
  thread_.join();
}

void ServerLoop::Watch(int fd, std::function<void()> on_readable) {
  watched_[fd] = std::move(on_readable);
  epoll_event event{.events = EPOLLIN, .data = {.fd = fd}};
  if (epoll_ctl(epoll_fd_, EPOLL_CTL_ADD, fd, &event) != 0) std::abort();
}

void ServerLoop::Forget(int fd) {
  if (watched_.erase(fd) != 0) epoll_ctl(epoll_fd_, EPOLL_CTL_DEL, fd, nullptr);
}

void ServerLoop::After(std::chrono::milliseconds delay, std::function<void()> task) {
  timers_.emplace(Clock::now() + delay, std::move(task));
}

void ServerLoop::Run() {
  // OpenSSL writes without MSG_NOSIGNAL.
  sigset_t broken_pipe;
  sigemptyset(&broken_pipe);
  sigaddset(&broken_pipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &broken_pipe, nullptr);

  epoll_event events[64];
  while (!stopping_) {
    const int count = epoll_wait(epoll_fd_, events, std::size(events), MsToNextTimer());
    for (int i = 0; i < count; ++i) {
      const auto found = watched_.find(events[i].data.fd);
      if (found == watched_.end()) continue;
      // A copy: what it calls may forget this very descriptor.
      const std::function<void()> on_readable = found->second;
      on_readable();
    }
    RunDueTimers();
  }
}

int ServerLoop::MsToNextTimer() const {
  if (timers_.empty()) return -1;
  const auto wait = timers_.begin()->first - Clock::now();
  if (wait <= Clock::duration::zero()) return 0;
  return static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(wait).count());
}

void ServerLoop::RunDueTimers() {
  const auto now = Clock::now();
  while (!timers_.empty() && timers_.begin()->first <= now) {
    const auto timer = timers_.extract(timers_.begin());
    timer.mapped()();
  }
}

}  // namespace suprsend_gateway::testing
