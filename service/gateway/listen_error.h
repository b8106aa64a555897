#ifndef SERVICE_GATEWAY_LISTEN_ERROR_H_
#define SERVICE_GATEWAY_LISTEN_ERROR_H_

#include "absl/status/status.h"
#include "service/config/listen_address.h"

namespace suprsend_gateway::gateway {

// For an address that cannot be listened on: "cannot listen on 127.0.0.1:80: Permission denied".
absl::Status ListenError(const config::ListenAddress& address, const absl::Status& why);
// For a server that does not tell why: the system is asked once more.
absl::Status ListenError(const config::ListenAddress& address);

}  // namespace suprsend_gateway::gateway

#endif  // SERVICE_GATEWAY_LISTEN_ERROR_H_
