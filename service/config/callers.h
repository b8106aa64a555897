#ifndef SERVICE_CONFIG_CALLERS_H_
#define SERVICE_CONFIG_CALLERS_H_

#include "absl/status/status.h"
#include "service/config/config.h"

namespace suprsend_gateway::config {

// Reads where callers connect, how they are known, and what they may. An error names the flag.
absl::Status ReadCallers(Config& config);

// Reads "address:port" from the flag of that name.
absl::Status ReadListenAddress(const char* flag, const std::string& value, ListenAddress& result);

}  // namespace suprsend_gateway::config

#endif  // SERVICE_CONFIG_CALLERS_H_
