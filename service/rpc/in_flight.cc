#include "service/rpc/in_flight.h"

namespace suprsend_gateway::rpc {

void InFlight::Enter() {
  base::MutexLock lock(mutex_);
  ++count_;
}

void InFlight::Leave() {
  base::MutexLock lock(mutex_);
  if (--count_ == 0) none_.NotifyOne();
}

bool InFlight::WaitForNone(clock::Duration patience) {
  const clock::TimePoint end = std::chrono::steady_clock::now() + patience;
  base::MutexLock lock(mutex_);
  while (count_ > 0) {
    if (!none_.WaitUntil(mutex_, end)) return count_ == 0;
  }
  return true;
}

}  // namespace suprsend_gateway::rpc
