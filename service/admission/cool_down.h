#ifndef SERVICE_ADMISSION_COOL_DOWN_H_
#define SERVICE_ADMISSION_COOL_DOWN_H_

#include <atomic>

#include "service/clock/scheduler.h"

namespace suprsend_gateway::admission {

// The time for which upstream, by a 429 with Retry-After, asked the whole process to hold back. Any
// thread.
class CoolDown {
 public:
  // More of a Retry-After is not followed, so that a wrong one does not stop us for a day.
  static constexpr clock::Duration kLongest = std::chrono::seconds(60);

  void Begin(clock::TimePoint now, clock::Duration retry_after);

  // Zero where there is none.
  clock::Duration Remaining(clock::TimePoint now) const;

 private:
  std::atomic<clock::Duration::rep> until_ = clock::TimePoint::min().time_since_epoch().count();
};

}  // namespace suprsend_gateway::admission

#endif  // SERVICE_ADMISSION_COOL_DOWN_H_
