#include "service/rpc/call.h"

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "service/rpc/failure_status.h"
#include "service/rpc/parse_request.h"
#include "service/rpc/reply.h"
#include "service/rpc/request_id.h"
#include "service/rpc/validate_request.h"

namespace suprsend_gateway::rpc {
namespace {

using ::suprsend::gateway::v1::CancelWorkflowRequest;
using ::suprsend::gateway::v1::CancelWorkflowResponse;
using workflow::Failure;
using workflow::FailureKind;

// gRPC tells a deadline in wall-clock time, and none as the end of time.
std::optional<clock::Duration> RemainingTime(const grpc::CallbackServerContext& context) {
  const auto deadline = context.deadline();
  if (deadline == std::chrono::system_clock::time_point::max()) return std::nullopt;
  const auto now = std::chrono::system_clock::now();
  // A caller may ask for centuries, which nanoseconds do not hold.
  if (deadline - now > std::chrono::hours(24)) return std::chrono::hours(24);
  return deadline - now;
}

}  // namespace

Call::Call(const CallEnvironment& environment, grpc::CallbackServerContext* context,
           grpc::ByteBuffer* reply)
    : environment_(environment),
      context_(context),
      reply_(reply),
      arrived_(environment.clock.Now()),
      deadline_(BoundDeadline(arrived_, RemainingTime(*context), environment.deadlines)) {
  environment_.in_flight.Enter();
  environment_.observer.CallStarted();
  record_.request_id = NewRequestId();
}

void Call::OnDone() {
  InFlight& in_flight = environment_.in_flight;
  delete this;
  in_flight.Leave();
}

void Call::Start(const grpc::ByteBuffer& bytes) {
  CancelWorkflowRequest request;
  Violations violations = Check(bytes, request);
  if (!violations.empty()) {
    FinishFailed(Failure{.kind = violations.kind()}, violations);
    return;
  }
  workflow::CancelFilter filter = TakeFilter(std::move(request));
  if (!environment_.fits_upstream(filter)) {
    violations.Add(
        FailureKind::kRequestTooLarge, "",
        "its JSON for SuprSend is over 800 KiB; split the recipients over several calls");
    FinishFailed(Failure{.kind = violations.kind()}, violations);
  } else if (record_.validate_only) {
    FinishOk(CancelWorkflowResponse());
  } else {
    Send(std::move(filter));
  }
}

Violations Call::Check(const grpc::ByteBuffer& bytes, CancelWorkflowRequest& request) {
  grpc::Slice slice;
  if (!bytes.TrySingleSlice(&slice).ok() && bytes.Length() > 0) {
    bytes.DumpToSingleSlice(&slice);
  }
  Violations violations =
      ParseRequest({reinterpret_cast<const char*>(slice.begin()), slice.size()}, request);
  record_.filters = {.execution_id = request.has_execution_id(),
                     .recipients = static_cast<size_t>(request.recipients_size()),
                     .idempotency_key = request.has_idempotency_key(),
                     .workflow_slug = request.has_workflow_slug()};
  record_.validate_only = request.validate_only();
  return violations.empty() ? ValidateRequest(request) : violations;
}

void Call::Send(workflow::CancelFilter filter) {
  workflow::CancelCall call{
      .filter = std::make_shared<const workflow::CancelFilter>(std::move(filter)),
      .limits = {.send_by = deadline_.send_by,
                 .deadline = deadline_.answer_by,
                 .caller_gone = caller_gone_.get_token()}};
  environment_.attempts.Start(
      std::move(call), [this](workflow::CallResult result) { OnAttemptsDone(std::move(result)); });
}

void Call::OnAttemptsDone(workflow::CallResult result) {
  record_.http_status = result.http_status;
  for (const workflow::AttemptRecord& attempt : result.attempts) {
    record_.attempts.push_back(
        {attempt.failure ? workflow::RowOf(*attempt.failure).log_name : "ok", attempt.duration});
  }
  if (auto* failure = std::get_if<Failure>(&result.result)) {
    FinishFailed(Told(std::move(*failure)));
    return;
  }
  auto& cancelled = std::get<workflow::CancelResult>(result.result);
  record_.cancelled = cancelled.execution_ids.size();
  if (caller_gone_.stop_requested()) {
    FinishFailed(Told(Failure{.kind = FailureKind::kTimeout, .http_status = result.http_status}));
  } else {
    FinishOk(MakeReply(std::move(cancelled)));
  }
}

Failure Call::Told(Failure failure) const {
  const bool before_deadline = environment_.clock.Now() < deadline_.answer_by;
  if (!caller_gone_.stop_requested() || !before_deadline) return failure;
  const bool may_have_applied =
      workflow::RowOf(failure.kind).outcome == workflow::Outcome::kUnknown;
  failure.kind =
      may_have_applied ? FailureKind::kCancelledAfterSend : FailureKind::kCancelledBeforeSend;
  return failure;
}

void Call::FinishOk(const CancelWorkflowResponse& reply) {
  const grpc::Slice bytes(reply.SerializeAsString());
  *reply_ = grpc::ByteBuffer(&bytes, 1);
  context_->AddTrailingMetadata("x-request-id", record_.request_id);
  EmitRecord();
  Finish(grpc::Status::OK);
}

void Call::FinishFailed(const Failure& failure, const Violations& violations) {
  const workflow::FailureRow& row = workflow::RowOf(failure.kind);
  record_.code = absl::StatusCodeToString(row.code);
  record_.reason = row.reason;
  record_.outcome = NameOf(row.outcome);
  const FailureStatus status =
      MakeFailureStatus(failure, record_.attempts.size(), record_.request_id, violations);
  context_->AddTrailingMetadata("x-request-id", record_.request_id);
  if (status.retry_pushback_ms) {
    context_->AddTrailingMetadata("grpc-retry-pushback-ms",
                                  absl::StrCat(*status.retry_pushback_ms));
  }
  EmitRecord();
  Finish(grpc::Status(static_cast<grpc::StatusCode>(status.code), status.message, status.details));
}

// Before Finish, after which gRPC may end the call, and this with it, at any moment.
void Call::EmitRecord() {
  record_.duration = environment_.clock.Now() - arrived_;
  environment_.observer.CallEnded(record_);
}

}  // namespace suprsend_gateway::rpc
