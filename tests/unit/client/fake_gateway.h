#ifndef TESTS_UNIT_CLIENT_FAKE_GATEWAY_H_
#define TESTS_UNIT_CLIENT_FAKE_GATEWAY_H_

#include <grpcpp/server.h>

#include <atomic>
#include <chrono>
#include <future>
#include <latch>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>

#include "client/cpp/workflow_client.h"
#include "suprsend/gateway/v1/workflow_service.grpc.pb.h"

namespace suprsend_gateway::client {

// For what must end, however slow the machine is.
inline constexpr std::chrono::seconds kPatience{30};

// A gateway's stand-in on a free port: remembers the last request, and answers with `status` and
// `reply`, or, with `hangs`, not before the call is cancelled.
class FakeGateway : public suprsend::gateway::v1::WorkflowService::Service {
 public:
  FakeGateway();

  grpc::Status CancelWorkflow(grpc::ServerContext* context,
                              const suprsend::gateway::v1::CancelWorkflowRequest* request,
                              suprsend::gateway::v1::CancelWorkflowResponse* response) override;

  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  suprsend::gateway::v1::CancelWorkflowRequest last_request();
  // Of the last call, when it arrived.
  std::chrono::system_clock::duration time_left();
  // Of the last call; empty where none came.
  std::string traceparent();

  // To be set before the call.
  bool hangs = false;
  suprsend::gateway::v1::CancelWorkflowResponse reply;
  grpc::Status status;

  std::atomic<int> calls = 0;
  std::latch arrived{1};  // The first call is there.

 private:
  int port_ = 0;
  std::mutex mutex_;
  suprsend::gateway::v1::CancelWorkflowRequest last_request_;  // Guarded by mutex_.
  std::chrono::system_clock::duration time_left_{};            // Guarded by mutex_.
  std::string traceparent_;                                    // Guarded by mutex_.
  std::unique_ptr<grpc::Server> server_;
};

// The callback call, with its result as a future.
std::future<CancelResult> CallAsync(const WorkflowClient& client, const CancelRequest& request,
                                    const CallOptions& options, std::stop_token stop);

// A failed expectation where `future` is not ready within kPatience.
CancelResult Wait(std::future<CancelResult> future);

}  // namespace suprsend_gateway::client

#endif  // TESTS_UNIT_CLIENT_FAKE_GATEWAY_H_
