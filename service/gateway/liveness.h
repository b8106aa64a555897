#ifndef SERVICE_GATEWAY_LIVENESS_H_
#define SERVICE_GATEWAY_LIVENESS_H_

#include "service/config/listen_address.h"

namespace suprsend_gateway::gateway {

// Whether the gateway's own port answers: a health call through it, since a listener can die while
// the process and its other ports live on. With TLS an answered handshake is enough: no client's
// certificate is at hand. Opens a connection each time and blocks for a second at most. Any thread.
bool PortAnswers(const config::ListenAddress& address, bool has_tls);

}  // namespace suprsend_gateway::gateway

#endif  // SERVICE_GATEWAY_LIVENESS_H_
