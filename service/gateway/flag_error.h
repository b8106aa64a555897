#ifndef SERVICE_GATEWAY_FLAG_ERROR_H_
#define SERVICE_GATEWAY_FLAG_ERROR_H_

#include "absl/status/status.h"

namespace suprsend_gateway::gateway {

// The status with the flag's name before its message.
absl::Status FlagError(const char* flag, const absl::Status& status);

}  // namespace suprsend_gateway::gateway

#endif  // SERVICE_GATEWAY_FLAG_ERROR_H_
