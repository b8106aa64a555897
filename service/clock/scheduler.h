#ifndef SERVICE_CLOCK_SCHEDULER_H_
#define SERVICE_CLOCK_SCHEDULER_H_

#include <chrono>

#include "absl/functional/any_invocable.h"

namespace suprsend_gateway::clock {

// The steady clock everywhere: wall-clock deadlines are turned into it once, at the edge.
using Duration = std::chrono::steady_clock::duration;
using TimePoint = std::chrono::steady_clock::time_point;

// The time, and waits that hold no thread. A seam: tests put a clock of their own here.
class Scheduler {
 public:
  virtual ~Scheduler();

  // Any thread.
  virtual TimePoint Now() const = 0;

  // Runs `callback` once, at `delay` from now or soon after, on the scheduler's own thread; a
  // callback must not block. There is no way to take it back: one that is no longer wanted finds
  // that out by itself. Callbacks that are not due when the scheduler stops are dropped. Any
  // thread.
  virtual void After(Duration delay, absl::AnyInvocable<void() &&> callback) = 0;
};

}  // namespace suprsend_gateway::clock

#endif  // SERVICE_CLOCK_SCHEDULER_H_
