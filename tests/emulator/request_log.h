#ifndef TESTS_EMULATOR_REQUEST_LOG_H_
#define TESTS_EMULATOR_REQUEST_LOG_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "tests/emulator/http_message.h"
#include "tests/emulator/mutex.h"

namespace suprsend_gateway::emulator {

// How a request ended. Known before the first byte of the reply is written.
struct RequestResult {
  std::optional<int> status;  // unset if the connection was closed without a reply
  bool applied = false;       // whether it reached the runs, also if it changed none
  int64_t applied_count = 0;  // runs created or cancelled
  std::optional<size_t> fault;
};

struct LoggedRequest {
  Request request;
  bool key_matched = false;
  std::chrono::milliseconds received{0};  // since the emulator started
  std::optional<RequestResult> result;    // unset while it is delayed
};

// Every request to the upstream API since the last Clear. What goes over either limit pushes out
// the oldest, and is counted. Any thread may call anything.
class RequestLog {
 public:
  static constexpr size_t kMaxRequests = 100'000;
  static constexpr size_t kMaxBodyBytes = 256 << 20;

  struct Snapshot {
    std::vector<LoggedRequest> requests;  // oldest first
    int64_t forgotten = 0;
  };

  explicit RequestLog(size_t max_requests = kMaxRequests, size_t max_body_bytes = kMaxBodyBytes);

  // Returns the ticket that Finish wants.
  int64_t Add(const Request& request, bool key_matched);

  // Does nothing if the request is not there any more.
  void Finish(int64_t ticket, const RequestResult& result);

  Snapshot All() const;
  void Clear();

 private:
  void ForgetOldest() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const size_t max_requests_;
  const size_t max_body_bytes_;
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  mutable Mutex mutex_;
  std::deque<LoggedRequest> requests_ ABSL_GUARDED_BY(mutex_);
  int64_t first_ticket_ ABSL_GUARDED_BY(mutex_) = 0;  // of requests_.front()
  size_t body_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t forgotten_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace suprsend_gateway::emulator

#endif  // TESTS_EMULATOR_REQUEST_LOG_H_
