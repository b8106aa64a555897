#ifndef SERVICE_WORKFLOW_UPSTREAM_SIGN_H_
#define SERVICE_WORKFLOW_UPSTREAM_SIGN_H_

#include "service/admission/circuit_breaker.h"
#include "service/workflow/run_canceller.h"

namespace suprsend_gateway::workflow {

// What the circuit breaker makes of an attempt. Failed: unreachable, no answer in time, 502, 503,
// 504. A 500 or a lost connection can be one poisonous request, and 4xx and 429 are answers: none
// of them may close the door for all.
admission::Sign SignOf(const AttemptResult& result);

}  // namespace suprsend_gateway::workflow

#endif  // SERVICE_WORKFLOW_UPSTREAM_SIGN_H_
