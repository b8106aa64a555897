#include "service/rpc/call_deadline.h"

#include <algorithm>

namespace suprsend_gateway::rpc {

std::optional<clock::Duration> RemainingTime(gpr_timespec deadline, gpr_timespec now) {
  if (gpr_time_cmp(deadline, gpr_inf_future(deadline.clock_type)) == 0) return std::nullopt;
  const gpr_timespec remaining = gpr_time_sub(deadline, now);
  if (gpr_time_cmp(remaining, gpr_time_0(GPR_TIMESPAN)) <= 0) return clock::Duration::zero();
  if (remaining.tv_sec >= std::chrono::seconds(kMaxRemaining).count()) return kMaxRemaining;
  return std::chrono::seconds(remaining.tv_sec) + std::chrono::nanoseconds(remaining.tv_nsec);
}

CallDeadline BoundDeadline(clock::TimePoint now, std::optional<clock::Duration> remaining,
                           const DeadlineLimits& limits) {
  if (!remaining) {
    const clock::TimePoint answer_by = now + std::min(limits.default_deadline, limits.max_deadline);
    return {.answer_by = answer_by, .send_by = answer_by - kMinAnswerTime};
  }
  const auto margin = std::max<clock::Duration>(kMinAnswerMargin, *remaining / 20);
  const clock::Duration wait = *remaining - margin;
  const clock::TimePoint answer_by = now + std::min(wait, limits.max_deadline);
  return {.answer_by = answer_by,
          .send_by = answer_by - kMinAnswerTime,
          .repeat_by = now + wait - kMinAnswerTime};
}

}  // namespace suprsend_gateway::rpc
