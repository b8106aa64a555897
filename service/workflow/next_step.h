#ifndef SERVICE_WORKFLOW_NEXT_STEP_H_
#define SERVICE_WORKFLOW_NEXT_STEP_H_

#include <variant>

#include "service/clock/scheduler.h"
#include "service/workflow/failure.h"

namespace suprsend_gateway::workflow {

struct RetryPolicy {
  int max_attempts = 1;
  clock::Duration base_backoff = std::chrono::milliseconds(50);
  clock::Duration max_backoff = std::chrono::seconds(1);
  // Of a pinned call; one that lasts longer is given up, and the call may try again.
  clock::Duration attempt_timeout = std::chrono::seconds(5);
};

// Where upstream limits the rate, a call waits no longer than this: it is answered instead.
inline constexpr clock::Duration kMaxRateLimitWait = std::chrono::seconds(1);

// What is known of a call when an attempt of it has failed.
struct CallProgress {
  bool pinned;   // IsPinned() of its filter.
  int attempts;  // Made so far, the failed one among them.
  clock::TimePoint now;
  clock::TimePoint send_by;  // The call's: nothing is sent after it.
  bool caller_gone = false;
  bool had_key_retry = false;  // It has been tried again because its key was replaced.
};

struct Finish {};
struct Retry {
  clock::Duration delay;
  // Because the key was replaced. That needs no budget: all calls may meet it at the same moment,
  // but each only once, and upstream has done no work for the first attempt.
  bool is_key_retry = false;
};

// Whether the call ends with `failure` or goes on after a wait; the rest of the retry policy is the
// budget (admission/retry_budget.h), which is asked where this says Retry. A failure with outcome
// UNKNOWN is retried for pinned calls only. Waits are exponential with full jitter (`jitter` in
// [0, 1)), and no shorter than the time that upstream named; one that would last beyond send_by, or
// beyond kMaxRateLimitWait for a 429, ends the call. One whose key was replaced goes on at once,
// once a call.
std::variant<Finish, Retry> NextStep(const RetryPolicy& policy, const CallProgress& progress,
                                     const Failure& failure, double jitter);

}  // namespace suprsend_gateway::workflow

#endif  // SERVICE_WORKFLOW_NEXT_STEP_H_
