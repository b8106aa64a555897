#ifndef SERVICE_WORKFLOW_RUN_CANCELLER_H_
#define SERVICE_WORKFLOW_RUN_CANCELLER_H_

#include <memory>
#include <stop_token>
#include <string>
#include <variant>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "service/clock/scheduler.h"
#include "service/workflow/cancel_filter.h"
#include "service/workflow/failure.h"

namespace suprsend_gateway::workflow {

// What upstream cancelled: an id for each run, as it named them.
struct CancelResult {
  std::vector<std::string> execution_ids;
};

// What a call wants, the same for each of its attempts.
struct CancelRequest {
  CancelFilter filter;
  // Which trace it belongs to (W3C Trace Context, the value of that header), of visible ASCII;
  // empty: upstream is told of none.
  std::string traceparent;
};

struct AttemptLimits {
  clock::TimePoint send_by;     // Nothing is sent after it.
  clock::TimePoint deadline;    // No answer is waited for after it.
  std::stop_token caller_gone;  // Once requested: what was not sent is never sent.
};

struct AttemptResult {
  std::variant<CancelResult, Failure> result;
  int http_status = 0;  // 0: no answer came.
};

using AttemptCallback = absl::AnyInvocable<void(AttemptResult) &&>;

// One attempt to cancel runs. A seam: tests put scripted attempts here.
class RunCanceller {
 public:
  virtual ~RunCanceller() = default;

  // Sends at most one request. Where upstream refuses the key, the attempt ends when it is known
  // whether that has been replaced, within its limits. `done` runs exactly once, on the event
  // loop's thread, and must not block. Any thread.
  virtual void CancelRuns(std::shared_ptr<const CancelRequest> request, AttemptLimits limits,
                          AttemptCallback done) = 0;
};

}  // namespace suprsend_gateway::workflow

#endif  // SERVICE_WORKFLOW_RUN_CANCELLER_H_
