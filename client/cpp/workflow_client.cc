#include "client/cpp/workflow_client.h"

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/channel_arguments.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string_view>
#include <utility>

#include "client/cpp/encode_request.h"
#include "client/cpp/read_failure.h"
#include "suprsend/gateway/v1/error_reason.pb.h"
#include "suprsend/gateway/v1/workflow_service.grpc.pb.h"

namespace suprsend_gateway::client {
namespace {

namespace pb = ::suprsend::gateway::v1;

std::string RequestId(const grpc::ClientContext& context) {
  const auto& metadata = context.GetServerTrailingMetadata();
  const auto found = metadata.find("x-request-id");
  if (found == metadata.end()) return "";
  return std::string(found->second.data(), found->second.size());
}

CancelResult ReadResult(const grpc::Status& status, const grpc::ClientContext& context,
                        const pb::CancelWorkflowResponse& response) {
  if (!status.ok()) return ReadFailure(status, RequestId(context));
  return CancelReply{
      .execution_ids = {response.execution_ids().begin(), response.execution_ids().end()},
      .execution_ids_may_be_incomplete = response.execution_ids_may_be_incomplete(),
      .cancelled_count = response.cancelled_count(),
      .request_id = RequestId(context)};
}

// Why the call ends before anything is sent, or nullopt.
std::optional<Failure> RefuseLocally(const CancelRequest& request, const CallOptions& options) {
  if (const auto violations = FindViolations(request); !violations.empty()) {
    return LocalFailure(grpc::StatusCode::INVALID_ARGUMENT,
                        pb::ErrorReason_Name(pb::INVALID_FILTER),
                        "a filter breaks a rule; nothing was sent", violations);
  }
  if (options.timeout <= std::chrono::nanoseconds::zero()) {
    return LocalFailure(grpc::StatusCode::DEADLINE_EXCEEDED,
                        pb::ErrorReason_Name(pb::DEADLINE_BEFORE_SEND),
                        "the deadline passed before anything was sent", {});
  }
  return std::nullopt;
}

void SetDeadline(const CallOptions& options, grpc::ClientContext& context) {
  const auto timeout = std::min<std::chrono::nanoseconds>(options.timeout, kMaxTimeout);
  context.set_deadline(std::chrono::system_clock::now() +
                       std::chrono::ceil<std::chrono::system_clock::duration>(timeout));
}

std::shared_ptr<grpc::Channel> Connect(const std::string& address) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
}

}  // namespace

// The channel, which must not go away on a thread of gRPC's: its destructor joins those. A call's
// context holds the channel too, so the connection waits for the contexts of all its calls.
struct WorkflowClient::Connection {
  explicit Connection(const std::string& address) : stub(Connect(address)) {}
  ~Connection() {
    std::unique_lock lock(mutex);
    no_calls.wait(lock, [this] { return calls == 0; });
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void Enter() {
    const std::lock_guard lock(mutex);
    ++calls;
  }
  void Leave() {
    const std::lock_guard lock(mutex);
    if (--calls == 0) no_calls.notify_all();
  }

  pb::WorkflowService::Stub stub;
  std::mutex mutex;
  std::condition_variable no_calls;
  int calls = 0;  // Guarded by `mutex`.
};

// One callback call, owned by gRPC's completion and, while it runs, by the stop callback.
struct WorkflowClient::AsyncCall {
  struct Cancel {
    std::weak_ptr<AsyncCall> call;

    void operator()() const {
      if (const auto alive = call.lock()) alive->context.TryCancel();
    }
  };

  AsyncCall(Connection& used, Callback when_done) : leave(&used), callback(std::move(when_done)) {
    used.Enter();
  }

  static void Finish(std::shared_ptr<AsyncCall> call, const grpc::Status& status) {
    call->on_stop.reset();
    CancelResult result = ReadResult(status, call->context, call->response);
    Callback callback = std::move(call->callback);
    // From here on the client may go away, so the context has to be gone.
    call.reset();
    std::move(callback)(std::move(result));
  }

  struct Leaver {
    void operator()(Connection* connection) const { connection->Leave(); }
  };

  std::unique_ptr<Connection, Leaver> leave;  // First, so that the context goes before it.
  Callback callback;
  grpc::ClientContext context;
  pb::CancelWorkflowRequest request;
  pb::CancelWorkflowResponse response;
  std::optional<std::stop_callback<Cancel>> on_stop;
};

WorkflowClient::WorkflowClient(const std::string& address)
    : connection_(std::make_shared<Connection>(address)) {}

CancelResult WorkflowClient::CancelWorkflow(const CancelRequest& request,
                                            const CallOptions& options) const {
  if (auto failure = RefuseLocally(request, options)) return *std::move(failure);
  grpc::ClientContext context;
  SetDeadline(options, context);
  pb::CancelWorkflowResponse response;
  const grpc::Status status =
      connection_->stub.CancelWorkflow(&context, EncodeRequest(request), &response);
  return ReadResult(status, context, response);
}

void WorkflowClient::CancelWorkflow(const CancelRequest& request, const CallOptions& options,
                                    std::stop_token stop, Callback callback) const {
  std::optional<Failure> failure = RefuseLocally(request, options);
  if (!failure && stop.stop_requested()) {
    failure = LocalFailure(grpc::StatusCode::CANCELLED, pb::ErrorReason_Name(pb::CALLER_CANCELLED),
                           "the caller cancelled before anything was sent", {});
  }
  if (failure) {
    std::move(callback)(*std::move(failure));
    return;
  }
  auto call = std::make_shared<AsyncCall>(*connection_, std::move(callback));
  call->request = EncodeRequest(request);
  SetDeadline(options, call->context);
  // Before the start: from then on the completion may run, which takes on_stop away. A context that
  // is cancelled earlier makes the call end at once.
  call->on_stop.emplace(std::move(stop), AsyncCall::Cancel{call});
  AsyncCall& started = *call;
  connection_->stub.async()->CancelWorkflow(
      &started.context, &started.request, &started.response,
      [call = std::move(call)](const grpc::Status& status) mutable {
        AsyncCall::Finish(std::move(call), status);
      });
}

}  // namespace suprsend_gateway::client
