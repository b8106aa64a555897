#include "service/rpc/call_deadline.h"

#include <algorithm>

namespace suprsend_gateway::rpc {

CallDeadline BoundDeadline(clock::TimePoint now, std::optional<clock::Duration> remaining,
                           const DeadlineLimits& limits) {
  clock::Duration wait = std::min(limits.default_deadline, limits.max_deadline);
  if (remaining) {
    const auto margin = std::max<clock::Duration>(kMinAnswerMargin, *remaining / 20);
    wait = std::min(*remaining - margin, limits.max_deadline);
  }
  const clock::TimePoint answer_by = now + wait;
  return {.answer_by = answer_by, .send_by = answer_by - kMinAnswerTime};
}

}  // namespace suprsend_gateway::rpc
