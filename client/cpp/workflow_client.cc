#include "client/cpp/workflow_client.h"

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/generic/generic_stub.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string_view>
#include <utility>

#include "absl/strings/ascii.h"
#include "client/cpp/channel.h"
#include "client/cpp/encode_request.h"
#include "client/cpp/read_failure.h"
#include "suprsend/gateway/v1/error_reason.pb.h"
#include "suprsend/gateway/v1/workflow_service.grpc.pb.h"

namespace suprsend_gateway::client {
namespace {

namespace pb = ::suprsend::gateway::v1;

constexpr char kCancelWorkflow[] = "/suprsend.gateway.v1.WorkflowService/CancelWorkflow";

// Where an OK came without a message that parses, gRPC's blocking call makes a failure of it, but
// its callback call an empty message: that no run matched. So callback calls take bytes, and this
// fails with the blocking call's code.
grpc::Status ReadMessage(grpc::ByteBuffer& bytes, pb::CancelWorkflowResponse& response) {
  if (grpc::SerializationTraits<pb::CancelWorkflowResponse>::Deserialize(&bytes, &response).ok()) {
    return grpc::Status::OK;
  }
  return {grpc::StatusCode::UNIMPLEMENTED, "the status was OK, but no message came that parses"};
}

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

// gRPC aborts the process for a metadata value that it cannot send.
bool IsTraceparent(std::string_view text) {
  constexpr std::string_view kForm = "00-0123456789abcdef0123456789abcdef-0123456789abcdef-01";
  if (text.size() != kForm.size()) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (kForm[i] == '-' ? text[i] != '-' : !absl::ascii_isxdigit(text[i])) return false;
  }
  return true;
}

void Prepare(const CallOptions& options, grpc::ClientContext& context) {
  const auto timeout = std::min<std::chrono::nanoseconds>(options.timeout, kMaxTimeout);
  context.set_deadline(std::chrono::system_clock::now() +
                       std::chrono::ceil<std::chrono::system_clock::duration>(timeout));
  if (IsTraceparent(options.traceparent)) context.AddMetadata("traceparent", options.traceparent);
}

}  // namespace

// The channel, which must not go away on a thread of gRPC's: its destructor joins those. A call's
// context holds the channel too, so the connection waits for the contexts of all its calls.
struct WorkflowClient::Connection {
  explicit Connection(const std::shared_ptr<grpc::Channel>& channel)
      : stub(channel), bytes_stub(channel) {}
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
  grpc::TemplatedGenericStub<pb::CancelWorkflowRequest, grpc::ByteBuffer> bytes_stub;
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
    pb::CancelWorkflowResponse response;
    CancelResult result = ReadResult(status.ok() ? ReadMessage(call->response, response) : status,
                                     call->context, response);
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
  grpc::ByteBuffer response;
  std::optional<std::stop_callback<Cancel>> on_stop;
};

WorkflowClient::WorkflowClient(const std::string& target)
    : WorkflowClient(PlaintextChannel(target)) {}

WorkflowClient::WorkflowClient(const std::shared_ptr<grpc::Channel>& channel)
    : connection_(std::make_shared<Connection>(channel)) {}

absl::StatusOr<WorkflowClient> WorkflowClient::ConnectWithTls(const std::string& target,
                                                              const TlsFiles& files) {
  absl::StatusOr<std::shared_ptr<grpc::Channel>> channel = TlsChannel(target, files);
  if (!channel.ok()) return channel.status();
  return WorkflowClient(*channel);
}

CancelResult WorkflowClient::CancelWorkflow(const CancelRequest& request,
                                            const CallOptions& options) const {
  if (auto failure = RefuseLocally(request, options)) return *std::move(failure);
  grpc::ClientContext context;
  Prepare(options, context);
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
  Prepare(options, call->context);
  // Before the start: from then on the completion may run, which takes on_stop away. A context that
  // is cancelled earlier makes the call end at once.
  call->on_stop.emplace(std::move(stop), AsyncCall::Cancel{call});
  AsyncCall& started = *call;
  connection_->bytes_stub.UnaryCall(&started.context, kCancelWorkflow, {}, &started.request,
                                    &started.response,
                                    [call = std::move(call)](const grpc::Status& status) mutable {
                                      AsyncCall::Finish(std::move(call), status);
                                    });
}

}  // namespace suprsend_gateway::client
