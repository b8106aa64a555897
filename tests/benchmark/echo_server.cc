// The floor for a gateway's gRPC side: a server on the same library, with the same method, that
// answers at once.
// Usage: echo_server HOST:PORT
#include <grpcpp/grpcpp.h>

#include <cstdio>
#include <cstdlib>
#include <memory>

#include "suprsend/gateway/v1/workflow_service.grpc.pb.h"

namespace {

namespace v1 = ::suprsend::gateway::v1;

class EchoService final : public v1::WorkflowService::CallbackService {
  grpc::ServerUnaryReactor* CancelWorkflow(grpc::CallbackServerContext* context,
                                           const v1::CancelWorkflowRequest* request,
                                           v1::CancelWorkflowResponse* response) override {
    response->add_execution_ids(request->execution_id());
    response->set_cancelled_count(1);
    auto* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: echo_server HOST:PORT\n", stderr);
    return EXIT_FAILURE;
  }
  grpc::EnableDefaultHealthCheckService(true);
  EchoService service;
  grpc::ServerBuilder builder;
  builder.AddListeningPort(argv[1], grpc::InsecureServerCredentials());
  builder.RegisterService(&service);
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr) return EXIT_FAILURE;
  server->Wait();
}
