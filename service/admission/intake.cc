#include "service/admission/intake.h"

namespace suprsend_gateway::admission {

void Intake::Enter() {
  base::MutexLock lock(mutex_);
  ++inside_;
}

void Intake::Leave(bool admitted) {
  base::MutexLock lock(mutex_);
  if (admitted) --admitted_;
  if (--inside_ == 0) none_.NotifyOne();
}

bool Intake::Admit() {
  base::MutexLock lock(mutex_);
  if (closed_ || admitted_ >= max_in_flight_) return false;
  ++admitted_;
  return true;
}

size_t Intake::admitted() const {
  base::MutexLock lock(mutex_);
  return admitted_;
}

void Intake::SetClosed(bool is_closed) {
  base::MutexLock lock(mutex_);
  closed_ = is_closed;
}

bool Intake::WaitForNone(clock::Duration patience) {
  const clock::TimePoint end = std::chrono::steady_clock::now() + patience;
  base::MutexLock lock(mutex_);
  while (inside_ > 0 && !hurried_) {
    if (!none_.WaitUntil(mutex_, end)) break;
  }
  return inside_ == 0;
}

void Intake::Hurry() {
  base::MutexLock lock(mutex_);
  hurried_ = true;
  none_.NotifyOne();
}

}  // namespace suprsend_gateway::admission
