#include "service/rpc/workflow_service.h"

#include <grpcpp/grpcpp.h>

#include "service/rpc/call.h"
#include "suprsend/gateway/v1/workflow_service.grpc.pb.h"

namespace suprsend_gateway::rpc {
namespace {

namespace v1 = ::suprsend::gateway::v1;

class RawWorkflowService final : public v1::WorkflowService::WithRawCallbackMethod_CancelWorkflow<
                                     v1::WorkflowService::Service> {
 public:
  explicit RawWorkflowService(const CallEnvironment& environment) : environment_(environment) {}

  grpc::ServerUnaryReactor* CancelWorkflow(grpc::CallbackServerContext* context,
                                           const grpc::ByteBuffer* request,
                                           grpc::ByteBuffer* reply) override {
    auto* call =
        new Call(environment_, context, reply);  // Deletes itself when gRPC is done with it.
    call->Start(*request);
    return call;
  }

 private:
  const CallEnvironment& environment_;
};

}  // namespace

std::shared_ptr<grpc::Service> MakeWorkflowService(const CallEnvironment& environment) {
  return std::make_shared<RawWorkflowService>(environment);
}

}  // namespace suprsend_gateway::rpc
