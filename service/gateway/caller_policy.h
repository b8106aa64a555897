#ifndef SERVICE_GATEWAY_CALLER_POLICY_H_
#define SERVICE_GATEWAY_CALLER_POLICY_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "service/config/config.h"
#include "service/gateway/reload.h"
#include "service/security/caller_gate.h"

namespace suprsend_gateway::gateway {

// The gate that the configuration asks for. A policy file is read again when it changes, whole or
// not at all. What `reload` has must outlive the gate, and its watch must have ended before it. An
// error names the flag.
absl::StatusOr<std::unique_ptr<security::CallerGate>> MakeCallerGate(const config::Config& config,
                                                                     const Reload& reload);

}  // namespace suprsend_gateway::gateway

#endif  // SERVICE_GATEWAY_CALLER_POLICY_H_
