#include "service/telemetry/log_writer.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <climits>
#include <utility>

#include "absl/strings/str_cat.h"

namespace suprsend_gateway::telemetry {
namespace {

// Once the writer is to stop, a reader that has not read for so long is given up.
constexpr int kFlushPatienceMs = 1000;
// Lines that come within it are written at once: to wake up for each costs more than to write it.
constexpr auto kGatherTime = std::chrono::milliseconds(10);

}  // namespace

LogWriter::LogWriter(int fd) : fd_(fd), thread_([this] { Run(); }) {}

LogWriter::~LogWriter() {
  {
    base::MutexLock lock(mutex_);
    stopping_ = true;
  }
  has_work_.NotifyOne();
  thread_.join();
}

void LogWriter::Write(std::string_view line) {
  bool was_empty;
  {
    base::MutexLock lock(mutex_);
    if (pending_.size() + line.size() >= kMaxPendingBytes) {
      ++dropped_;
      return;
    }
    was_empty = pending_.empty();
    TellDropped();
    pending_.append(line);
    pending_.push_back('\n');
  }
  if (was_empty) has_work_.NotifyOne();
}

void LogWriter::TellDropped() {
  if (dropped_told_ == dropped_) return;
  absl::StrAppend(&pending_, "suprsend-gateway: ", dropped_ - dropped_told_,
                  " log lines dropped: the log's reader stalls\n");
  dropped_told_ = dropped_;
}

uint64_t LogWriter::dropped_lines() const {
  base::MutexLock lock(mutex_);
  return dropped_;
}

void LogWriter::Run() {
  std::string text;
  for (bool stopping = false; !stopping;) {
    text.clear();
    {
      base::MutexLock lock(mutex_);
      while (pending_.empty() && !stopping_) has_work_.Wait(mutex_);
      const auto gathered = std::chrono::steady_clock::now() + kGatherTime;
      while (!stopping_ && has_work_.WaitUntil(mutex_, gathered)) {
      }
      stopping = stopping_;
      if (stopping) TellDropped();
      text.swap(pending_);
    }
    WriteAll(text);
  }
}

void LogWriter::WriteAll(std::string_view text) {
  while (!text.empty()) {
    pollfd ready{.fd = fd_, .events = POLLOUT, .revents = 0};
    const int count = poll(&ready, 1, kFlushPatienceMs);
    if (count == 0) {
      base::MutexLock lock(mutex_);
      if (stopping_) return;
      continue;
    }
    // A pipe that is ready takes at least so much without blocking.
    const ssize_t put = write(fd_, text.data(), std::min<size_t>(text.size(), PIPE_BUF));
    if (put > 0) {
      text.remove_prefix(static_cast<size_t>(put));
    } else if (errno != EINTR && errno != EAGAIN) {
      return;
    }
  }
}

}  // namespace suprsend_gateway::telemetry
