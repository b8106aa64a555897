// Makes calls with the C++ client for conformance_test.py; languages.py says what it reads and
// writes.
#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/generic/generic_stub.h>
#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <future>
#include <iostream>
#include <map>
#include <string>
#include <thread>

#include "absl/strings/escaping.h"
#include "client/cpp/channel.h"
#include "client/cpp/read_failure.h"
#include "client/cpp/workflow_client.h"

namespace suprsend_gateway::client {
namespace {

using Writer = rapidjson::Writer<rapidjson::StringBuffer>;
using rapidjson::Value;

// A text that is "not_unicode" is an object.
std::string ReadText(const Value& value) {
  if (value.IsObject()) return "a\xFFz";
  return {value.GetString(), value.GetStringLength()};
}

std::optional<std::string> ReadFilter(const Value& request, const char* name) {
  if (!request.HasMember(name)) return std::nullopt;
  return ReadText(request[name]);
}

CancelRequest ReadRequest(const Value& json) {
  CancelRequest request{.execution_id = ReadFilter(json, "execution_id"),
                        .idempotency_key = ReadFilter(json, "idempotency_key"),
                        .workflow_slug = ReadFilter(json, "workflow_slug")};
  if (json.HasMember("recipients")) {
    request.recipients.emplace();
    for (const Value& recipient : json["recipients"].GetArray()) {
      request.recipients->push_back(ReadText(recipient));
    }
  }
  request.validate_only = json.HasMember("validate_only") && json["validate_only"].GetBool();
  return request;
}

CallOptions ReadOptions(const Value& call) {
  CallOptions options;
  if (call.HasMember("timeout_ms")) {
    options.timeout = std::chrono::milliseconds(call["timeout_ms"].GetInt64());
  }
  if (call.HasMember("traceparent")) options.traceparent = ReadText(call["traceparent"]);
  return options;
}

TlsFiles ReadTls(const Value& tls) {
  return {.ca_file = ReadText(tls["ca_file"]),
          .cert_file = ReadText(tls["cert_file"]),
          .key_file = ReadText(tls["key_file"])};
}

CancelResult CallAsync(const WorkflowClient& client, const Value& call) {
  std::stop_source stop;
  std::jthread canceller;
  if (call.HasMember("cancel_after_ms")) {
    const std::chrono::milliseconds wait(call["cancel_after_ms"].GetInt64());
    if (wait.count() == 0) stop.request_stop();
    canceller = std::jthread([wait, stop]() mutable {
      std::this_thread::sleep_for(wait);
      stop.request_stop();
    });
  }
  std::promise<CancelResult> result;
  client.CancelWorkflow(ReadRequest(call["request"]), ReadOptions(call), stop.get_token(),
                        [&](CancelResult done) { result.set_value(std::move(done)); });
  return result.get_future().get();
}

// Bytes that no client sends, by the client's own channel.
CancelResult CallRaw(const Value& call) {
  std::string bytes;
  absl::Base64Unescape(ReadText(call["wire"]), &bytes);
  grpc::GenericStub stub(PlaintextChannel(ReadText(call["target"])));
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + kDefaultTimeout);
  const grpc::Slice slice(bytes);
  const grpc::ByteBuffer request(&slice, 1);
  grpc::ByteBuffer response;
  std::promise<grpc::Status> status;
  stub.UnaryCall(&context, "/suprsend.gateway.v1.WorkflowService/CancelWorkflow", {}, &request,
                 &response, [&](grpc::Status done) { status.set_value(std::move(done)); });
  return ReadFailure(status.get_future().get(), "");
}

void Write(Writer& out, const char* name, const std::string& text) {
  out.Key(name);
  out.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
}

void WriteReply(Writer& out, const CancelReply& reply) {
  out.Key("execution_ids");
  out.StartArray();
  for (const std::string& id : reply.execution_ids) {
    out.String(id.data(), static_cast<rapidjson::SizeType>(id.size()));
  }
  out.EndArray();
  out.Key("execution_ids_may_be_incomplete");
  out.Bool(reply.execution_ids_may_be_incomplete);
  out.Key("cancelled_count");
  out.Int64(reply.cancelled_count);
  Write(out, "request_id", reply.request_id);
}

// The metadata has what the failure has beside it.
void WriteMetadata(Writer& out, const Failure& failure) {
  out.Key("metadata");
  out.StartObject();
  if (!failure.reason.empty()) {
    Write(out, "outcome", failure.outcome == Outcome::kNotApplied ? "NOT_APPLIED" : "UNKNOWN");
  }
  if (failure.attempts) Write(out, "attempts", std::to_string(*failure.attempts));
  if (failure.http_status) Write(out, "http_status", std::to_string(*failure.http_status));
  if (!failure.upstream_code.empty()) Write(out, "upstream_code", failure.upstream_code);
  if (!failure.upstream_message.empty()) Write(out, "upstream_message", failure.upstream_message);
  out.EndObject();
}

void WriteFailure(Writer& out, const Failure& failure) {
  Write(out, "code", CodeName(failure.code));
  Write(out, "message", failure.message);
  Write(out, "reason", failure.reason);
  Write(out, "outcome", failure.outcome == Outcome::kNotApplied ? "NOT_APPLIED" : "UNKNOWN");
  out.Key("safe_to_retry");
  out.Bool(failure.SafeToRetry());
  out.Key("violations");
  out.StartArray();
  for (const FieldViolation& violation : failure.violations) {
    out.StartObject();
    Write(out, "field", violation.field);
    Write(out, "description", violation.description);
    out.EndObject();
  }
  out.EndArray();
  Write(out, "request_id", failure.request_id);
  out.Key("retry_delay_ms");
  if (failure.retry_delay) {
    out.Int64(failure.retry_delay->count());
  } else {
    out.Null();
  }
  WriteMetadata(out, failure);
}

class Testee {
 public:
  std::string Answer(const std::string& line) {
    rapidjson::Document call;
    call.Parse(line);
    rapidjson::StringBuffer text;
    Writer out(text);
    out.StartObject();
    if (const auto client = ClientFor(call); client.ok()) {
      const CancelResult result = Call(*client, call);
      const auto* reply = std::get_if<CancelReply>(&result);
      out.Key(reply != nullptr ? "reply" : "failure");
      out.StartObject();
      reply != nullptr ? WriteReply(out, *reply) : WriteFailure(out, std::get<Failure>(result));
      out.EndObject();
    } else {
      Write(out, "crash", std::string(client.status().message()));
    }
    out.EndObject();
    return text.GetString();
  }

 private:
  static CancelResult Call(const WorkflowClient& client, const Value& call) {
    if (call.HasMember("wire")) return CallRaw(call);
    const bool is_async = call.HasMember("style") && ReadText(call["style"]) == "async";
    // Only the callback call can be cancelled.
    if (is_async || call.HasMember("cancel_after_ms")) return CallAsync(client, call);
    return client.CancelWorkflow(ReadRequest(call["request"]), ReadOptions(call));
  }

  absl::StatusOr<WorkflowClient> ClientFor(const Value& call) {
    const std::string target = ReadText(call["target"]);
    const TlsFiles tls = call.HasMember("tls") ? ReadTls(call["tls"]) : TlsFiles();
    const std::string key = target + tls.ca_file + tls.cert_file + tls.key_file;
    if (const auto known = clients_.find(key); known != clients_.end()) return known->second;
    absl::StatusOr<WorkflowClient> client = call.HasMember("tls")
                                                ? WorkflowClient::ConnectWithTls(target, tls)
                                                : WorkflowClient(target);
    if (client.ok()) clients_.emplace(key, *client);
    return client;
  }

  std::map<std::string, WorkflowClient> clients_;
};

}  // namespace
}  // namespace suprsend_gateway::client

int main() {
  suprsend_gateway::client::Testee testee;
  for (std::string line; std::getline(std::cin, line);) {
    std::cout << testee.Answer(line) << std::endl;
  }
}
