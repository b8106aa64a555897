#ifndef SERVICE_RPC_CALL_DEADLINE_H_
#define SERVICE_RPC_CALL_DEADLINE_H_

#include <grpc/support/time.h>

#include <optional>

#include "service/clock/scheduler.h"

namespace suprsend_gateway::rpc {

struct DeadlineLimits {
  clock::Duration default_deadline = std::chrono::seconds(10);  // Where the caller sets none.
  clock::Duration max_deadline = std::chrono::seconds(30);
};

// The times of one call.
struct CallDeadline {
  clock::TimePoint answer_by;  // The upstream's answer is waited for no longer.
  clock::TimePoint send_by;    // Later there is too little time left to send anything.
  // The same by the caller's own deadline, which may be beyond ours; for ever where it set none.
  clock::TimePoint repeat_by = clock::TimePoint::max();
};

// The margin by which the gateway answers before the caller's own deadline, so that the caller
// hears the reason: 5 % of what is left, and at least this.
inline constexpr auto kMinAnswerMargin = std::chrono::milliseconds(20);
// Nothing is sent with less time than that for the answer.
inline constexpr auto kMinAnswerTime = std::chrono::milliseconds(50);

// More is not told apart: no limit comes near it, and nanoseconds do not hold the 99,999,999 hours
// that a grpc-timeout may ask for.
inline constexpr auto kMaxRemaining = std::chrono::hours(24);

// The time until a deadline as gRPC has it, up to kMaxRemaining; zero where it has passed, nullopt
// where the caller set none. `now`: on the deadline's clock.
std::optional<clock::Duration> RemainingTime(gpr_timespec deadline, gpr_timespec now);

// `remaining`: until the caller's deadline, possibly negative; nullopt where it set none.
CallDeadline BoundDeadline(clock::TimePoint now, std::optional<clock::Duration> remaining,
                           const DeadlineLimits& limits);

}  // namespace suprsend_gateway::rpc

#endif  // SERVICE_RPC_CALL_DEADLINE_H_
