#include "service/workflow/next_step.h"

#include <algorithm>

namespace suprsend_gateway::workflow {

std::variant<Finish, Retry> NextStep(const RetryPolicy& policy, const CallProgress& progress,
                                     const Failure& failure, double jitter) {
  if (progress.attempts >= policy.max_attempts || progress.caller_gone) return Finish{};
  if (failure.credential_replaced && !progress.had_key_retry && progress.now < progress.send_by) {
    return Retry{.delay = clock::Duration(), .is_key_retry = true};
  }
  const FailureRow& row = RowOf(failure.kind);
  if (!row.transient) return Finish{};
  if (row.outcome == Outcome::kUnknown && !progress.pinned) return Finish{};

  clock::Duration ceiling = policy.base_backoff;
  for (int i = 1; i < progress.attempts && ceiling < policy.max_backoff; ++i) ceiling *= 2;
  ceiling = std::min(ceiling, policy.max_backoff);
  clock::Duration delay(
      static_cast<clock::Duration::rep>(static_cast<double>(ceiling.count()) * jitter));
  if (failure.retry_after) delay = std::max(delay, *failure.retry_after);
  if (failure.kind == FailureKind::kRateLimited && delay > kMaxRateLimitWait) return Finish{};
  if (progress.now >= progress.send_by || delay > progress.send_by - progress.now) return Finish{};
  return Retry{.delay = delay};
}

}  // namespace suprsend_gateway::workflow
