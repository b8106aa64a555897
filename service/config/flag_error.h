#ifndef SERVICE_CONFIG_FLAG_ERROR_H_
#define SERVICE_CONFIG_FLAG_ERROR_H_

#include <string_view>

#include "absl/status/status.h"

namespace suprsend_gateway::config {

// "--flag=value: allowed".
absl::Status FlagError(std::string_view flag, std::string_view value, std::string_view allowed);

}  // namespace suprsend_gateway::config

#endif  // SERVICE_CONFIG_FLAG_ERROR_H_
