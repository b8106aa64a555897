#ifndef SERVICE_WORKFLOW_ATTEMPT_LOOP_H_
#define SERVICE_WORKFLOW_ATTEMPT_LOOP_H_

#include <memory>
#include <optional>
#include <stop_token>
#include <variant>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "service/clock/scheduler.h"
#include "service/workflow/next_step.h"
#include "service/workflow/run_canceller.h"

namespace suprsend_gateway::workflow {

struct AttemptRecord {
  std::optional<FailureKind> failure;  // nullopt: it succeeded.
  clock::Duration duration;
};

struct CancelCall {
  std::shared_ptr<const CancelFilter> filter;
  AttemptLimits limits;  // Of the whole call.
};

struct CallResult {
  std::variant<CancelResult, Failure> result;
  int http_status = 0;  // Of the attempt that the result tells of; 0: no answer came.
  std::vector<AttemptRecord> attempts;
};

using CallCallback = absl::AnyInvocable<void(CallResult) &&>;

// Makes the attempts of calls, as NextStep says. A failed call tells of its latest attempt with
// outcome UNKNOWN if there was one, else of its last: what may have been applied is never
// forgotten.
class AttemptLoop {
 public:
  // Both must outlive every call.
  AttemptLoop(RunCanceller& canceller, clock::Scheduler& scheduler, RetryPolicy policy)
      : canceller_(canceller), scheduler_(scheduler), policy_(policy) {}

  // `done` runs exactly once: on the event loop's thread, or before this returns where nothing can
  // be sent any more. It must not block. Any thread.
  void Start(CancelCall call, CallCallback done);

 private:
  struct Progress;

  void Attempt(std::unique_ptr<Progress> progress);
  void OnAttemptDone(std::unique_ptr<Progress> progress, AttemptResult result);
  void OnAttemptFailed(std::unique_ptr<Progress> progress, Failure failure);

  RunCanceller& canceller_;
  clock::Scheduler& scheduler_;
  const RetryPolicy policy_;
};

}  // namespace suprsend_gateway::workflow

#endif  // SERVICE_WORKFLOW_ATTEMPT_LOOP_H_
