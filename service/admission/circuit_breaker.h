#ifndef SERVICE_ADMISSION_CIRCUIT_BREAKER_H_
#define SERVICE_ADMISSION_CIRCUIT_BREAKER_H_

#include <array>
#include <cstdint>
#include <functional>
#include <utility>

#include "service/base/mutex.h"
#include "service/clock/scheduler.h"

namespace suprsend_gateway::admission {

struct BreakerOptions {
  // Opens where so many of the attempts in the window failed; 0: never.
  int failure_percent = 50;
  // Fewer attempts in the window say nothing.
  int min_attempts = 20;
  clock::Duration window = std::chrono::seconds(10);
  // While it is open, one attempt in so much time is let through as a probe.
  clock::Duration probe_interval = std::chrono::seconds(2);
};

// What an attempt says of upstream's health.
enum class Sign { kWell, kFailed, kNothing };

// Spares an upstream that fails, and its callers the wait. Open, it refuses everything but a probe
// now and then; the first probe that finds upstream well closes it. A probe that hangs does not
// hold up the next one. Any thread.
class CircuitBreaker {
 public:
  // Told of each change, under a lock: must not block or call back.
  using OnChange = std::function<void(bool is_open)>;

  CircuitBreaker(const BreakerOptions& options, OnChange on_change)
      : options_(options), on_change_(std::move(on_change)) {}

  // An attempt that was let through.
  struct Pass {
    bool is_probe = false;
  };
  struct Admission {
    bool is_admitted;
    Pass pass;                    // Where it is admitted.
    clock::Duration retry_after;  // Where it is not: until the next probe.
  };

  // What the window has seen that says something of upstream's health.
  struct Window {
    int64_t attempts = 0;
    int64_t failed = 0;
  };

  Admission Admit(clock::TimePoint now);
  // Tells how the attempt with `pass` ended.
  void Record(clock::TimePoint now, Pass pass, Sign sign);

  Window WindowAt(clock::TimePoint now) const;

 private:
  // One tenth of the window.
  struct Slice {
    int64_t number = -1;
    int attempts = 0;
    int failed = 0;
  };
  static constexpr size_t kSlices = 10;

  int64_t SliceNumber(clock::TimePoint now) const;
  void Count(int64_t slice_number, bool failed) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  Window WindowUpTo(int64_t slice_number) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool HasFailedTooOften(int64_t slice_number) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const BreakerOptions options_;
  const OnChange on_change_;
  mutable base::Mutex mutex_;
  bool is_open_ ABSL_GUARDED_BY(mutex_) = false;
  clock::TimePoint next_probe_ ABSL_GUARDED_BY(mutex_);
  std::array<Slice, kSlices> slices_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace suprsend_gateway::admission

#endif  // SERVICE_ADMISSION_CIRCUIT_BREAKER_H_
