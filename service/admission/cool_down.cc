#include "service/admission/cool_down.h"

#include <algorithm>

namespace suprsend_gateway::admission {

void CoolDown::Begin(clock::TimePoint now, clock::Duration retry_after) {
  const auto until = (now + std::min(retry_after, kLongest)).time_since_epoch().count();
  auto known = until_.load();
  while (known < until && !until_.compare_exchange_weak(known, until)) {
  }
}

clock::Duration CoolDown::Remaining(clock::TimePoint now) const {
  const clock::TimePoint until{clock::Duration(until_.load())};
  return until > now ? until - now : clock::Duration::zero();
}

}  // namespace suprsend_gateway::admission
