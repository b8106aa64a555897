#ifndef SERVICE_ADMISSION_UPSTREAM_HEALTH_H_
#define SERVICE_ADMISSION_UPSTREAM_HEALTH_H_

#include "service/admission/circuit_breaker.h"
#include "service/admission/cool_down.h"
#include "service/admission/retry_budget.h"

namespace suprsend_gateway::admission {

// What the process as a whole knows of upstream, and holds back for its sake.
struct UpstreamHealth {
  CircuitBreaker breaker;
  CoolDown cool_down;
  RetryBudget retry_budget;
};

}  // namespace suprsend_gateway::admission

#endif  // SERVICE_ADMISSION_UPSTREAM_HEALTH_H_
