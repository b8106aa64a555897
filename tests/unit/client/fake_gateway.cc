#include "tests/unit/client/fake_gateway.h"

#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server_builder.h>
#include <grpcpp/server_context.h>

#include <thread>
#include <utility>

#include "gtest/gtest.h"

namespace suprsend_gateway::client {

namespace pb = ::suprsend::gateway::v1;

FakeGateway::FakeGateway() {
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port_);
  builder.RegisterService(this);
  server_ = builder.BuildAndStart();
}

grpc::Status FakeGateway::CancelWorkflow(grpc::ServerContext* context,
                                         const pb::CancelWorkflowRequest* request,
                                         pb::CancelWorkflowResponse* response) {
  {
    const std::lock_guard lock(mutex_);
    last_request_ = *request;
    time_left_ = context->deadline() - std::chrono::system_clock::now();
    const auto found = context->client_metadata().find("traceparent");
    const bool came = found != context->client_metadata().end();
    traceparent_ = came ? std::string(found->second.data(), found->second.size()) : "";
  }
  if (++calls == 1) arrived.count_down();
  context->AddTrailingMetadata("x-request-id", "req-7");
  while (hangs && !context->IsCancelled()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  *response = reply;
  return status;
}

pb::CancelWorkflowRequest FakeGateway::last_request() {
  const std::lock_guard lock(mutex_);
  return last_request_;
}

std::chrono::system_clock::duration FakeGateway::time_left() {
  const std::lock_guard lock(mutex_);
  return time_left_;
}

std::string FakeGateway::traceparent() {
  const std::lock_guard lock(mutex_);
  return traceparent_;
}

std::future<CancelResult> CallAsync(const WorkflowClient& client, const CancelRequest& request,
                                    const CallOptions& options, std::stop_token stop) {
  std::promise<CancelResult> promise;
  std::future<CancelResult> future = promise.get_future();
  client.CancelWorkflow(request, options, std::move(stop),
                        [promise = std::move(promise)](CancelResult result) mutable {
                          promise.set_value(std::move(result));
                        });
  return future;
}

CancelResult Wait(std::future<CancelResult> future) {
  if (future.wait_for(kPatience) != std::future_status::ready) {
    ADD_FAILURE() << "the callback did not run";
    return Failure{};
  }
  return future.get();
}

}  // namespace suprsend_gateway::client
