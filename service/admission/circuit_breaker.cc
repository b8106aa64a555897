#include "service/admission/circuit_breaker.h"

#include <algorithm>

namespace suprsend_gateway::admission {

CircuitBreaker::Admission CircuitBreaker::Admit(clock::TimePoint now) {
  base::MutexLock lock(mutex_);
  if (!is_open_) return {.is_admitted = true, .pass = {}, .retry_after = {}};
  if (now < next_probe_) {
    return {.is_admitted = false, .pass = {}, .retry_after = next_probe_ - now};
  }
  next_probe_ = now + options_.probe_interval;
  return {.is_admitted = true, .pass = {.is_probe = true}, .retry_after = {}};
}

// An attempt from before it opened, or from before it closed, tells nothing new.
void CircuitBreaker::Record(clock::TimePoint now, Pass pass, Sign sign) {
  if (sign == Sign::kNothing) return;
  base::MutexLock lock(mutex_);
  if (is_open_ != pass.is_probe) return;
  if (is_open_) {
    if (sign == Sign::kFailed) {
      next_probe_ = std::max(next_probe_, now + options_.probe_interval);
      return;
    }
    is_open_ = false;
    slices_ = {};
    on_change_(false);
    return;
  }
  const int64_t slice_number = SliceNumber(now);
  Count(slice_number, sign == Sign::kFailed);
  if (sign != Sign::kFailed || !HasFailedTooOften(slice_number)) return;
  is_open_ = true;
  next_probe_ = now + options_.probe_interval;
  on_change_(true);
}

int64_t CircuitBreaker::SliceNumber(clock::TimePoint now) const {
  return now.time_since_epoch() / std::max(options_.window / int{kSlices}, clock::Duration(1));
}

void CircuitBreaker::Count(int64_t slice_number, bool failed) {
  Slice& slice = slices_[static_cast<size_t>(slice_number) % kSlices];
  if (slice.number != slice_number) slice = {.number = slice_number};
  ++slice.attempts;
  if (failed) ++slice.failed;
}

CircuitBreaker::Window CircuitBreaker::WindowAt(clock::TimePoint now) const {
  base::MutexLock lock(mutex_);
  return WindowUpTo(SliceNumber(now));
}

CircuitBreaker::Window CircuitBreaker::WindowUpTo(int64_t slice_number) const {
  Window window;
  for (const Slice& slice : slices_) {
    if (slice.number <= slice_number - static_cast<int64_t>(kSlices)) continue;
    window.attempts += slice.attempts;
    window.failed += slice.failed;
  }
  return window;
}

bool CircuitBreaker::HasFailedTooOften(int64_t slice_number) const {
  if (options_.failure_percent == 0) return false;
  const Window window = WindowUpTo(slice_number);
  return window.attempts >= options_.min_attempts &&
         window.failed * 100 >= window.attempts * options_.failure_percent;
}

}  // namespace suprsend_gateway::admission
