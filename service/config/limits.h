#ifndef SERVICE_CONFIG_LIMITS_H_
#define SERVICE_CONFIG_LIMITS_H_

#include "absl/status/status.h"
#include "service/config/config.h"

namespace suprsend_gateway::config {

// Reads the flags that are numbers and durations. An error names the flag, its value and the range.
absl::Status ReadLimits(Config& config);

}  // namespace suprsend_gateway::config

#endif  // SERVICE_CONFIG_LIMITS_H_
