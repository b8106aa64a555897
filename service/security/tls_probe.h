#ifndef SERVICE_SECURITY_TLS_PROBE_H_
#define SERVICE_SECURITY_TLS_PROBE_H_

#include <chrono>
#include <string>

namespace suprsend_gateway::security {

// Whether a TLS server at `host` (a name or an address) and `port` answers a handshake, whoever it
// is and whatever it thinks of us, who show no certificate. Blocks for `patience` at most. Any
// thread.
bool AnswersHandshake(const std::string& host, int port, std::chrono::milliseconds patience);

}  // namespace suprsend_gateway::security

#endif  // SERVICE_SECURITY_TLS_PROBE_H_
