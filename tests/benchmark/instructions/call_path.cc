// Makes one step of a call over and over, so that its instructions can be counted (check.py).
// Usage: call_path STEP TIMES     exits with 1 where the step does not give what it should
//        call_path --list         prints the steps
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "service/rpc/failure_status.h"
#include "service/rpc/parse_request.h"
#include "service/rpc/reply.h"
#include "service/rpc/trace_context.h"
#include "service/rpc/validate_request.h"
#include "service/suprsend/classify.h"
#include "service/suprsend/decode.h"
#include "service/suprsend/encode.h"
#include "service/telemetry/access_log.h"
#include "service/telemetry/recent_calls.h"

namespace suprsend_gateway {
namespace {

using ::suprsend::gateway::v1::CancelWorkflowRequest;
using workflow::FailureKind;

// One typical call. Each step below takes what the step before it would give.
const workflow::CancelFilter kFilter{.execution_id = "dsl_01JD3Q7W8X9Y0Z1A2B3C4D5E6F",
                                     .recipients = {"user-1", "user-2"},
                                     .workflow_slug = "order-confirmation"};
const std::string kBody =
    R"({"execution_id":"dsl_01JD3Q7W8X9Y0Z1A2B3C4D5E6F","recipients":["user-1","user-2"],)"
    R"("workflow_slug":"order-confirmation"})";
const workflow::CancelResult kCancelled{
    .execution_ids = {"dsl_01JD3Q7W8X9Y0Z1A2B3C4D5E6F", "dsl_01JD3Q7W8X9Y0Z1A2B3C4D5E6G"}};
const std::string kReplyBody = R"({"execution_ids":["dsl_01JD3Q7W8X9Y0Z1A2B3C4D5E6F",)"
                               R"("dsl_01JD3Q7W8X9Y0Z1A2B3C4D5E6G"]})";
const http::HttpResponse kNotFound{
    .status = 404,
    .content_type = "application/json",
    .body = R"({"code":404,"error_code":"not_found","type":"NotFound",)"
            R"("message":"workflow order-confirmation not found for recipient user-1"})"};
const http::HttpResponse kUnavailable{.status = 503,
                                      .content_type = "text/html",
                                      .retry_after = "3",
                                      .body = "<html><h1>503 Service Unavailable</h1></html>"};
const std::vector<std::string_view> kSecrets = {"SS.WSK.0123456789abcdefghijklmnopqrstuv",
                                                *kFilter.execution_id, *kFilter.workflow_slug,
                                                kFilter.recipients[0], kFilter.recipients[1]};
const std::string kRequestId = "0123456789abcdef0123456789abcdef";

std::string SerializedRequest() {
  CancelWorkflowRequest request;
  request.set_execution_id(*kFilter.execution_id);
  for (const std::string& recipient : kFilter.recipients) request.add_recipients(recipient);
  request.set_workflow_slug(*kFilter.workflow_slug);
  return request.SerializeAsString();
}

bool Parse() {
  static const std::string bytes = SerializedRequest();
  CancelWorkflowRequest request;
  std::optional<rpc::Violations> repeated = rpc::ParseRequest(bytes, request);
  if (!repeated || !rpc::ValidateRequest(request, *std::move(repeated)).empty()) return false;
  const workflow::CancelFilter filter = rpc::TakeFilter(std::move(request));
  return filter.execution_id == kFilter.execution_id && filter.recipients == kFilter.recipients &&
         !filter.idempotency_key && filter.workflow_slug == kFilter.workflow_slug;
}

bool Fits() { return suprsend::FitsBody(kFilter); }

bool Encode() { return suprsend::EncodeCancel(kFilter) == kBody; }

bool Decode() {
  const auto result = suprsend::DecodeCancelReply(kReplyBody);
  return result && result->execution_ids == kCancelled.execution_ids;
}

bool ClassifyNotFound() {
  const workflow::Failure failure = suprsend::Classify(kNotFound, kSecrets, absl::UnixEpoch());
  return failure.kind == FailureKind::kNotFound && failure.upstream_code == "not_found" &&
         failure.upstream_message == "workflow [redacted] not found for recipient [redacted]";
}

bool ClassifyUnavailable() {
  const workflow::Failure failure = suprsend::Classify(kUnavailable, kSecrets, absl::UnixEpoch());
  return failure.kind == FailureKind::kUnavailable &&
         failure.retry_after == std::chrono::seconds(3) && failure.upstream_message.empty();
}

// MakeReply takes the ids, so that a copy of them is counted too.
bool Reply() {
  static const std::string bytes =
      rpc::MakeReply(workflow::CancelResult(kCancelled)).SerializeAsString();
  const auto reply = rpc::MakeReply(workflow::CancelResult(kCancelled));
  return reply.cancelled_count() == 2 && reply.SerializeAsString() == bytes;
}

bool Failure() {
  static const workflow::Failure failure =
      suprsend::Classify(kNotFound, kSecrets, absl::UnixEpoch());
  const rpc::FailureStatus status = rpc::MakeFailureStatus(failure, 1, kRequestId);
  // RequestInfo, with the id, is the last of the details.
  return status.code == 5 && status.message == workflow::RowOf(FailureKind::kNotFound).message &&
         status.details.ends_with(kRequestId);
}

// As a caller that traces has it.
bool Trace() {
  const rpc::TraceContext trace =
      rpc::ContinueTrace("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
  const std::string header = rpc::ToTraceparent(trace);
  return header.starts_with("00-0af7651916cd43dd8448eb211c80319c-") && header.ends_with("-01");
}

// The last of some calls by one caller.
bool Recent() {
  static telemetry::RecentCalls calls;
  static const telemetry::CallRecord record{.caller = "spiffe://prod/ns/billing/sa/api"};
  calls.CallEnded(record, absl::FromUnixMillis(1'769'860'800'123));
  return true;
}

bool Log() {
  static const telemetry::CallRecord record{
      .request_id = kRequestId,
      .trace_id = kRequestId,
      .span_id = "b7ad6b7169203331",
      .http_status = 200,
      .attempts = {{"ok", std::chrono::microseconds(1200)}},
      .duration = std::chrono::microseconds(1234),
      .filters = {.execution_id = true, .recipients = 2, .workflow_slug = true},
      .cancelled = 2};
  const std::string line =
      telemetry::FormatAccessLog(record, absl::FromUnixMillis(1'769'860'800'123));
  return line.starts_with(R"({"time":"2026-01-31T12:00:00.123Z")") &&
         line.ends_with(R"("validate_only":false,"cancelled":2})");
}

struct Step {
  std::string_view name;
  bool (*make)();  // Once. Whether it gave what it should.
};

constexpr Step kSteps[] = {{"parse", &Parse},
                           {"fits", &Fits},
                           {"encode", &Encode},
                           {"decode", &Decode},
                           {"classify_404", &ClassifyNotFound},
                           {"classify_503", &ClassifyUnavailable},
                           {"reply", &Reply},
                           {"failure", &Failure},
                           {"trace", &Trace},
                           {"recent", &Recent},
                           {"log", &Log}};

int List() {
  for (const Step& step : kSteps) std::puts(step.name.data());
  return EXIT_SUCCESS;
}

int Make(const Step& step, size_t times) {
  for (size_t i = 0; i < times; ++i) {
    if (step.make()) continue;
    std::fprintf(stderr, "call_path: %s does not give what it should\n", step.name.data());
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}

}  // namespace
}  // namespace suprsend_gateway

int main(int argc, char** argv) {
  namespace gateway = suprsend_gateway;
  if (argc == 2 && std::string_view(argv[1]) == "--list") return gateway::List();
  size_t times = 0;
  if (argc == 3 && absl::SimpleAtoi(argv[2], &times) && times > 0) {
    for (const gateway::Step& step : gateway::kSteps) {
      if (step.name == argv[1]) return gateway::Make(step, times);
    }
  }
  std::fputs("usage: call_path STEP TIMES | call_path --list\n", stderr);
  return EXIT_FAILURE;
}
