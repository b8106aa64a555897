#include "tests/emulator/request_log.h"

#include <utility>

namespace suprsend_gateway::emulator {

RequestLog::RequestLog(size_t max_requests, size_t max_body_bytes)
    : max_requests_(max_requests), max_body_bytes_(max_body_bytes) {}

int64_t RequestLog::Add(const Request& request, bool key_matched) {
  const auto since_start = std::chrono::steady_clock::now() - start_;
  LoggedRequest logged{
      .request = request,
      .key_matched = key_matched,
      .received = std::chrono::duration_cast<std::chrono::milliseconds>(since_start)};
  MutexLock lock(mutex_);
  body_bytes_ += request.body.size();
  requests_.push_back(std::move(logged));
  const int64_t ticket = first_ticket_ + static_cast<int64_t>(requests_.size()) - 1;
  while (requests_.size() > max_requests_ || body_bytes_ > max_body_bytes_) {
    ForgetOldest();
    ++forgotten_;
  }
  return ticket;
}

void RequestLog::Finish(int64_t ticket, const RequestResult& result) {
  MutexLock lock(mutex_);
  const int64_t position = ticket - first_ticket_;
  if (position < 0 || position >= static_cast<int64_t>(requests_.size())) return;
  requests_[static_cast<size_t>(position)].result = result;
}

RequestLog::Snapshot RequestLog::All() const {
  MutexLock lock(mutex_);
  return {.requests = {requests_.begin(), requests_.end()}, .forgotten = forgotten_};
}

void RequestLog::Clear() {
  MutexLock lock(mutex_);
  while (!requests_.empty()) ForgetOldest();
  forgotten_ = 0;
}

void RequestLog::ForgetOldest() {
  body_bytes_ -= requests_.front().request.body.size();
  requests_.pop_front();
  ++first_ticket_;
}

}  // namespace suprsend_gateway::emulator
