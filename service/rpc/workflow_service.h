#ifndef SERVICE_RPC_WORKFLOW_SERVICE_H_
#define SERVICE_RPC_WORKFLOW_SERVICE_H_

#include <memory>

#include "service/admission/intake.h"
#include "service/clock/scheduler.h"
#include "service/rpc/audit.h"
#include "service/rpc/call_deadline.h"
#include "service/rpc/caller_check.h"
#include "service/rpc/commitments.h"
#include "service/rpc/validate_request.h"
#include "service/telemetry/call_observer.h"
#include "service/workflow/attempt_loop.h"

namespace grpc {
class Service;
}

namespace suprsend_gateway::rpc {

// What a caller is told to wait that found too much in flight.
inline constexpr auto kOverloadRetryDelay = std::chrono::seconds(1);

// What a call needs. All references outlive every call.
struct CallEnvironment {
  workflow::AttemptLoop& attempts;
  clock::Scheduler& clock;
  Commitments& commitments;
  telemetry::CallObserver& observer;
  CallerSource callers;
  Audit audit;
  admission::Intake& intake;
  DeadlineLimits deadlines;
  FitsUpstream fits_upstream;
};

// The WorkflowService of workflow_service.proto. Its method takes raw bytes: gRPC's generated
// handler would answer bytes that are no message with UNIMPLEMENTED and no details. `environment`
// must outlive the service.
std::shared_ptr<grpc::Service> MakeWorkflowService(const CallEnvironment& environment);

}  // namespace suprsend_gateway::rpc

#endif  // SERVICE_RPC_WORKFLOW_SERVICE_H_
