#ifndef SERVICE_RPC_CALLER_CHECK_H_
#define SERVICE_RPC_CALLER_CHECK_H_

#include <optional>
#include <string>
#include <variant>

#include "service/clock/scheduler.h"
#include "service/security/caller_gate.h"
#include "service/workflow/cancel_filter.h"
#include "service/workflow/failure.h"

namespace grpc {
class CallbackServerContext;
}

namespace suprsend_gateway::rpc {

// How callers are known.
struct CallerSource {
  security::CallerGate& gate;
  bool trust_forwarded_client_cert;  // A sidecar has ended TLS, and says whom it has verified.
};

// Who calls; or why that caller is turned away.
std::variant<security::Caller, security::CallerRefusal> IdentifyCaller(
    const grpc::CallbackServerContext& context, const CallerSource& source);

workflow::Failure ToFailure(const security::CallerRefusal& refusal);

// Whether the policy keeps this caller from such a cancel.
std::optional<workflow::Failure> CheckPolicy(const security::Caller& caller,
                                             const workflow::CancelFilter& filter);

// Whether the caller has used up its quota; takes one call off it otherwise.
std::optional<workflow::Failure> CheckQuota(const security::Caller& caller,
                                            security::CallerGate& gate, clock::TimePoint now);

}  // namespace suprsend_gateway::rpc

#endif  // SERVICE_RPC_CALLER_CHECK_H_
