#ifndef SERVICE_GATEWAY_KNOWN_FAILURES_H_
#define SERVICE_GATEWAY_KNOWN_FAILURES_H_

#include <vector>

#include "service/telemetry/metrics.h"

namespace suprsend_gateway::gateway {

// The rows of the status table as the metrics' labels.
std::vector<telemetry::FailureLabels> KnownFailures();

}  // namespace suprsend_gateway::gateway

#endif  // SERVICE_GATEWAY_KNOWN_FAILURES_H_
