#ifndef SERVICE_WORKFLOW_ATTEMPT_LOOP_H_
#define SERVICE_WORKFLOW_ATTEMPT_LOOP_H_

#include <memory>
#include <optional>
#include <stop_token>
#include <variant>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "service/admission/upstream_health.h"
#include "service/clock/scheduler.h"
#include "service/workflow/next_step.h"
#include "service/workflow/run_canceller.h"

namespace suprsend_gateway::workflow {

struct AttemptRecord {
  std::optional<FailureKind> failure;  // nullopt: it succeeded.
  clock::Duration duration;
};

struct CancelCall {
  std::shared_ptr<const CancelRequest> request;
  AttemptLimits limits;  // Of the whole call.
  // Where set: called once, when the call is about to make its first attempt, which is made when
  // the callback that it is handed has been called, on any thread. For what must be done before
  // anything may go upstream, and only then.
  absl::AnyInvocable<void(absl::AnyInvocable<void() &&>) &&> before_first_attempt;
};

struct CallResult {
  std::variant<CancelResult, Failure> result;
  int http_status = 0;  // Of the attempt that the result tells of; 0: no answer came.
  std::vector<AttemptRecord> attempts;
  // It succeeded after an attempt with outcome UNKNOWN, whose lost answer may have named runs.
  bool answer_was_lost = false;
};

using CallCallback = absl::AnyInvocable<void(CallResult) &&>;

// Makes the attempts of calls, as NextStep and the state of upstream say. A failed call tells of
// its latest attempt with outcome UNKNOWN if there was one, else of its last: what may have been
// applied is never forgotten.
class AttemptLoop {
 public:
  // All must outlive every call.
  AttemptLoop(RunCanceller& canceller, clock::Scheduler& scheduler,
              admission::UpstreamHealth& health, RetryPolicy policy)
      : canceller_(canceller), scheduler_(scheduler), health_(health), policy_(policy) {}

  // `done` runs exactly once: on the event loop's thread; where nothing is sent, also before this
  // returns or on the thread that calls back to before_first_attempt. It must not block. Any
  // thread.
  void Start(CancelCall call, CallCallback done);

 private:
  struct Progress;

  void SeekAdmission(std::unique_ptr<Progress> progress);
  void Attempt(std::unique_ptr<Progress> progress);
  void OnAttemptDone(std::unique_ptr<Progress> progress, AttemptResult result);
  void OnAttemptFailed(std::unique_ptr<Progress> progress, Failure failure);
  // Goes on after `delay`, or at once when the caller has gone.
  void Wait(std::unique_ptr<Progress> progress, clock::Duration delay);

  RunCanceller& canceller_;
  clock::Scheduler& scheduler_;
  admission::UpstreamHealth& health_;
  const RetryPolicy policy_;
};

}  // namespace suprsend_gateway::workflow

#endif  // SERVICE_WORKFLOW_ATTEMPT_LOOP_H_
