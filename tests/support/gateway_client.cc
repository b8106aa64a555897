#include "tests/support/gateway_client.h"

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <condition_variable>
#include <mutex>
#include <utility>

#include "suprsend/gateway/status/v1/status.pb.h"
#include "suprsend/gateway/v1/workflow_service.grpc.pb.h"
#include "tests/support/temp_dir.h"

namespace suprsend_gateway::testing {
namespace {

namespace statusv1 = ::suprsend::gateway::status::v1;
namespace gatewayv1 = ::suprsend::gateway::v1;

constexpr char kCancelMethod[] = "/suprsend.gateway.v1.WorkflowService/CancelWorkflow";

std::string CodeName(grpc::StatusCode code) {
  static constexpr const char* kNames[] = {"OK",
                                           "CANCELLED",
                                           "UNKNOWN",
                                           "INVALID_ARGUMENT",
                                           "DEADLINE_EXCEEDED",
                                           "NOT_FOUND",
                                           "ALREADY_EXISTS",
                                           "PERMISSION_DENIED",
                                           "RESOURCE_EXHAUSTED",
                                           "FAILED_PRECONDITION",
                                           "ABORTED",
                                           "OUT_OF_RANGE",
                                           "UNIMPLEMENTED",
                                           "INTERNAL",
                                           "UNAVAILABLE",
                                           "DATA_LOSS",
                                           "UNAUTHENTICATED"};
  const auto index = static_cast<size_t>(code);
  return index < std::size(kNames) ? kNames[index] : std::to_string(index);
}

// Takes one detail apart; false where it is not one of ours, or not a valid one.
bool ReadDetail(const google::protobuf::Any& any, CallReply& reply) {
  const std::string& url = any.type_url();
  if (url == "type.googleapis.com/google.rpc.ErrorInfo" && reply.reason.empty()) {
    statusv1::ErrorInfo info;
    if (!info.ParseFromString(any.value()) || info.reason().empty()) return false;
    reply.reason = info.reason();
    reply.domain = info.domain();
    reply.metadata = {info.metadata().begin(), info.metadata().end()};
    return true;
  }
  if (url == "type.googleapis.com/google.rpc.BadRequest" && reply.violations.empty()) {
    statusv1::BadRequest bad;
    if (!bad.ParseFromString(any.value())) return false;
    for (const auto& violation : bad.field_violations()) {
      reply.violations.push_back({violation.field(), violation.description()});
    }
    return true;
  }
  if (url == "type.googleapis.com/google.rpc.RetryInfo" && !reply.retry_delay.has_value()) {
    statusv1::RetryInfo retry;
    if (!retry.ParseFromString(any.value())) return false;
    reply.retry_delay = std::chrono::seconds(retry.retry_delay().seconds()) +
                        std::chrono::milliseconds(retry.retry_delay().nanos() / 1'000'000);
    return true;
  }
  if (url == "type.googleapis.com/google.rpc.RequestInfo" && reply.request_id.empty()) {
    statusv1::RequestInfo info;
    if (!info.ParseFromString(any.value())) return false;
    reply.request_id = info.request_id();
    return true;
  }
  return false;
}

void ReadStatus(const grpc::Status& status, const grpc::ClientContext& context, CallReply& reply) {
  reply.code = CodeName(status.error_code());
  reply.message = status.error_message();
  reply.details = status.error_details();
  for (const auto& [key, value] : context.GetServerTrailingMetadata()) {
    reply.trailers.emplace(std::string(key.data(), key.size()),
                           std::string(value.data(), value.size()));
  }
  if (reply.details.empty()) return;
  statusv1::Status details;
  if (!details.ParseFromString(reply.details) || details.code() != status.error_code() ||
      details.message() != status.error_message()) {
    reply.strange_details.push_back("the status in the details differs from the call's");
  }
  for (const google::protobuf::Any& any : details.details()) {
    if (!ReadDetail(any, reply)) reply.strange_details.push_back(any.type_url());
  }
}

void ReadResponse(const gatewayv1::CancelWorkflowResponse& response, CallReply& reply) {
  reply.execution_ids = {response.execution_ids().begin(), response.execution_ids().end()};
  reply.may_be_incomplete = response.execution_ids_may_be_incomplete();
  reply.cancelled_count = response.cancelled_count();
}

std::string Join(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  std::string bytes;
  if (!buffer.Dump(&slices).ok()) return bytes;
  for (const grpc::Slice& slice : slices) {
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return bytes;
}

void Prepare(const CallOptions& options, grpc::ClientContext& context) {
  if (options.deadline.has_value()) {
    context.set_deadline(std::chrono::system_clock::now() + *options.deadline);
  }
  for (const auto& [key, value] : options.metadata) context.AddMetadata(key, value);
  if (options.gzip) context.set_compression_algorithm(GRPC_COMPRESS_GZIP);
}

class RawCall : public PendingCall {
 public:
  RawCall(grpc::GenericStub& stub, const std::string& method, const std::string& bytes,
          const CallOptions& options) {
    Prepare(options, context_);
    const grpc::Slice slice(bytes);
    request_ = grpc::ByteBuffer(&slice, 1);
    stub.UnaryCall(&context_, method, grpc::StubOptions(), &request_, &response_,
                   [this](grpc::Status status) { Finish(std::move(status)); });
  }
  ~RawCall() override { RawCall::Wait(); }

  void Cancel() override { context_.TryCancel(); }

  const CallReply& Wait() override {
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait(lock, [this] { return done_; });
    return reply_;
  }

 private:
  void Finish(const grpc::Status& status) {
    const std::lock_guard<std::mutex> lock(mutex_);
    ReadStatus(status, context_, reply_);
    if (status.ok()) reply_.body = Join(response_);
    gatewayv1::CancelWorkflowResponse response;
    if (status.ok() && response.ParseFromString(reply_.body)) ReadResponse(response, reply_);
    done_ = true;
    changed_.notify_all();
  }

  grpc::ClientContext context_;
  grpc::ByteBuffer request_;
  grpc::ByteBuffer response_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool done_ = false;
  CallReply reply_;
};

}  // namespace

std::string CallReply::Metadata(const std::string& key) const {
  const auto found = metadata.find(key);
  return found == metadata.end() ? "" : found->second;
}

std::string CallReply::Trailer(const std::string& key) const {
  const auto found = trailers.find(key);
  return found == trailers.end() ? "" : found->second;
}

std::ostream& operator<<(std::ostream& out, const CallReply& reply) {
  out << reply.Verdict() << " \"" << reply.message << "\"";
  for (const auto& [key, value] : reply.metadata) out << " " << key << "=" << value;
  for (const auto& [field, description] : reply.violations)
    out << " " << field << ": " << description;
  for (const std::string& url : reply.strange_details) out << " strange detail: " << url;
  for (const std::string& id : reply.execution_ids) out << " id=" << id;
  return out;
}

struct GatewayClient::Channel {
  explicit Channel(std::shared_ptr<grpc::Channel> channel)
      : generic(channel), typed(gatewayv1::WorkflowService::NewStub(channel)) {}

  grpc::GenericStub generic;
  std::unique_ptr<gatewayv1::WorkflowService::Stub> typed;
};

// check_service_config.py holds it against the README's.
const char kRecommendedServiceConfig[] = R"({
  "loadBalancingConfig": [{"round_robin": {}}],
  "healthCheckConfig": {"serviceName": "suprsend.gateway.v1.WorkflowService"},
  "methodConfig": [{
    "name": [{"service": "suprsend.gateway.v1.WorkflowService"}],
    "timeout": "10s",
    "retryPolicy": {
      "maxAttempts": 3,
      "initialBackoff": "0.1s",
      "maxBackoff": "1s",
      "backoffMultiplier": 2,
      "retryableStatusCodes": ["UNAVAILABLE"]
    }
  }]
})";

GatewayClient::GatewayClient(const std::string& target, const std::string& service_config)
    : channel_(Connect(target, service_config, nullptr)) {}

GatewayClient::GatewayClient(const std::string& target, const ClientTls& tls,
                             const std::string& service_config)
    : channel_(Connect(target, service_config, &tls)) {}

std::unique_ptr<GatewayClient::Channel> GatewayClient::Connect(const std::string& target,
                                                               const std::string& service_config,
                                                               const ClientTls* tls) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  if (service_config.empty()) {
    arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
  } else {
    arguments.SetServiceConfigJSON(service_config);
    // A gateway that comes back is found soon.
    arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 200);
    arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
    arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 100);
  }
  grpc::SslCredentialsOptions pem;
  if (tls != nullptr) pem.pem_root_certs = ReadFile(tls->ca_file);
  if (tls != nullptr && !tls->certificate.empty()) {
    pem.pem_cert_chain = ReadFile(tls->certificate);
    pem.pem_private_key = ReadFile(tls->key);
  }
  return std::make_unique<Channel>(grpc::CreateCustomChannel(
      target, tls != nullptr ? grpc::SslCredentials(pem) : grpc::InsecureChannelCredentials(),
      arguments));
}

GatewayClient::~GatewayClient() = default;

CallReply GatewayClient::Cancel(const CancelRequest& request, const CallOptions& options) {
  gatewayv1::CancelWorkflowRequest message;
  if (request.execution_id) message.set_execution_id(*request.execution_id);
  for (const std::string& recipient : request.recipients) message.add_recipients(recipient);
  if (request.idempotency_key) message.set_idempotency_key(*request.idempotency_key);
  if (request.workflow_slug) message.set_workflow_slug(*request.workflow_slug);
  message.set_validate_only(request.validate_only);

  grpc::ClientContext context;
  Prepare(options, context);
  gatewayv1::CancelWorkflowResponse response;
  const grpc::Status status = channel_->typed->CancelWorkflow(&context, message, &response);
  CallReply reply;
  ReadStatus(status, context, reply);
  if (status.ok()) {
    reply.body = response.SerializeAsString();
    ReadResponse(response, reply);
  }
  return reply;
}

CallReply GatewayClient::CancelRaw(const std::string& bytes, const CallOptions& options) {
  return Call(kCancelMethod, bytes, options);
}

std::unique_ptr<PendingCall> GatewayClient::Start(const CancelRequest& request,
                                                  const CallOptions& options) {
  return std::make_unique<RawCall>(channel_->generic, kCancelMethod, Encode(request), options);
}

CallReply GatewayClient::Call(const std::string& method, const std::string& bytes,
                              const CallOptions& options) {
  RawCall call(channel_->generic, method, bytes, options);
  return call.Wait();
}

}  // namespace suprsend_gateway::testing
