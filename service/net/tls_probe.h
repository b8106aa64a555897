#ifndef SERVICE_NET_TLS_PROBE_H_
#define SERVICE_NET_TLS_PROBE_H_

#include <chrono>
#include <string>

namespace suprsend_gateway::net {

// Whether a TLS server at `host` (a name or an address) and `port` answers a handshake, whoever it
// is and whatever it thinks of us, who show no certificate. Blocks for `patience` at most, and
// for as long as the lookup of a name takes. Any thread.
bool AnswersHandshake(const std::string& host, int port, std::chrono::milliseconds patience);

}  // namespace suprsend_gateway::net

#endif  // SERVICE_NET_TLS_PROBE_H_
