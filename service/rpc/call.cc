#include "service/rpc/call.h"

#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "service/rpc/failure_status.h"
#include "service/rpc/parse_request.h"
#include "service/rpc/random_id.h"
#include "service/rpc/reply.h"
#include "service/rpc/validate_request.h"

namespace suprsend_gateway::rpc {
namespace {

using ::suprsend::gateway::v1::CancelWorkflowRequest;
using ::suprsend::gateway::v1::CancelWorkflowResponse;
using workflow::Failure;
using workflow::FailureKind;

// Whether the metadata of that name is a number above `least`.
bool HasNumberAbove(const grpc::CallbackServerContext& context, const char* name, int least) {
  const auto [begin, end] = context.client_metadata().equal_range(name);
  return std::any_of(begin, end, [least](const auto& entry) {
    int number = 0;
    return absl::SimpleAtoi(absl::string_view(entry.second.data(), entry.second.size()), &number) &&
           number > least;
  });
}

// Whether a library (gRFC A6) or a proxy says that it has sent this call before.
bool IsRepeat(const grpc::CallbackServerContext& context) {
  return HasNumberAbove(context, "grpc-previous-rpc-attempts", 0) ||
         HasNumberAbove(context, "x-envoy-attempt-count", 1);
}

Violations Malformed(const char* why) {
  Violations violations;
  violations.Add(FailureKind::kMalformedRequest, "", why);
  return violations;
}

}  // namespace

Call::Call(const CallEnvironment& environment, grpc::CallbackServerContext* context,
           grpc::ByteBuffer* reply)
    : environment_(environment),
      context_(context),
      reply_(reply),
      arrived_(environment.clock.Now()),
      deadline_(BoundDeadline(
          arrived_,
          RemainingTime(context->raw_deadline(), gpr_now(context->raw_deadline().clock_type)),
          environment.deadlines)),
      trace_(ContinueTraceOf(*context)) {
  environment_.intake.Enter();
  environment_.observer.CallStarted();
  record_.request_id = NewRequestId();
  record_.trace_id = trace_.trace_id;
  record_.span_id = trace_.span_id;
}

void Call::OnDone() {
  admission::Intake& intake = environment_.intake;
  const bool admitted = admitted_;
  delete this;
  intake.Leave(admitted);
}

void Call::Start(const grpc::ByteBuffer& bytes) {
  workflow::CancelFilter filter;
  Violations violations;
  std::optional<Failure> refused = Identify();
  if (!refused) {
    violations = Check(bytes, filter);
    refused =
        violations.empty() ? CheckPolicy(caller_, filter) : Failure{.kind = violations.kind()};
  }
  if (violations.empty()) audit_ = BeginAuditRecord(environment_.audit, filter);
  if (!refused && !record_.validate_only) refused = Admit();
  if (refused) {
    FinishFailed(*refused, violations);
  } else if (record_.validate_only) {
    FinishOk(CancelWorkflowResponse());
  } else {
    Send(std::move(filter));
  }
}

std::optional<Failure> Call::Identify() {
  auto identified = IdentifyCaller(*context_, environment_.callers);
  if (const auto* refusal = std::get_if<security::CallerRefusal>(&identified)) {
    record_.caller = refusal->name;
    return ToFailure(*refusal);
  }
  caller_ = std::get<security::Caller>(std::move(identified));
  record_.caller = caller_.name;
  return std::nullopt;
}

std::optional<Failure> Call::Admit() {
  if (environment_.audit.LetsNobodyIn()) {
    audit_ = nullptr;  // It would only lengthen the queue.
    return Failure{.kind = FailureKind::kAuditUnavailable, .retry_after = kOverloadRetryDelay};
  }
  admitted_ = environment_.intake.Admit();
  if (!admitted_) {
    return Failure{.kind = FailureKind::kOverloaded, .retry_after = kOverloadRetryDelay};
  }
  return CheckQuota(caller_, environment_.callers.gate, arrived_);
}

Violations Call::Check(const grpc::ByteBuffer& bytes, workflow::CancelFilter& filter) {
  // Where there is none, none will come: the caller has ended its side of the stream, or all of it.
  if (!bytes.Valid()) return Malformed("the call came without a message");
  grpc::Slice slice;
  if (!bytes.TrySingleSlice(&slice).ok() && bytes.Length() > 0) {
    bytes.DumpToSingleSlice(&slice);
  }
  CancelWorkflowRequest request;
  std::optional<Violations> repeated =
      ParseRequest({reinterpret_cast<const char*>(slice.begin()), slice.size()}, request);
  if (!repeated) {
    return Malformed("not a CancelWorkflowRequest: bad wire format, or text that is not UTF-8");
  }
  record_.filters = {.execution_id = request.has_execution_id(),
                     .recipients = static_cast<size_t>(request.recipients_size()),
                     .idempotency_key = request.has_idempotency_key(),
                     .workflow_slug = request.has_workflow_slug()};
  record_.validate_only = request.validate_only();
  Violations violations = ValidateRequest(request, *std::move(repeated));
  filter = TakeFilter(std::move(request));
  if (!environment_.fits_upstream(filter)) {
    violations.Add(
        FailureKind::kRequestTooLarge, "",
        "its JSON for SuprSend is over 800 KiB; split the recipients over several calls");
  }
  return violations;
}

void Call::Send(workflow::CancelFilter filter) {
  const bool is_open = !workflow::IsPinned(filter);
  workflow::CancelCall call{
      .request = std::make_shared<const workflow::CancelRequest>(workflow::CancelRequest{
          .filter = std::move(filter), .traceparent = ToTraceparent(trace_)}),
      .limits = {.send_by = deadline_.send_by,
                 .deadline = deadline_.answer_by,
                 .caller_gone = caller_gone_.get_token()},
      .before_first_attempt = nullptr};
  if (is_open) {
    call.before_first_attempt = [this](absl::AnyInvocable<void() &&> committed) {
      Commit(std::move(committed));
    };
  }
  environment_.attempts.Start(
      std::move(call), [this](workflow::CallResult result) { OnAttemptsDone(std::move(result)); });
}

void Call::Commit(absl::AnyInvocable<void() &&> committed) {
  commitment_ = environment_.commitments.Begin(deadline_.send_by, std::move(committed));
  StartSendInitialMetadata();
}

void Call::OnSendInitialMetadataDone(bool ok) {
  if (!ok) caller_gone_.request_stop();
  commitment_->End();
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
  if (audit_ != nullptr) audit_->execution_ids = cancelled.execution_ids;
  if (caller_gone_.stop_requested()) {
    FinishFailed(Told(Failure{.kind = FailureKind::kTimeout, .http_status = result.http_status}));
  } else {
    CancelWorkflowResponse reply = MakeReply(std::move(cancelled));
    if (result.answer_was_lost || IsRepeat(*context_)) {
      reply.set_execution_ids_may_be_incomplete(true);
    }
    FinishOk(reply);
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
    const std::chrono::milliseconds wait(*status.retry_pushback_ms);
    // A library that is told to wait beyond its caller's deadline does so, and then tells of the
    // deadline instead of this: that nothing was applied would be lost.
    const bool fits = wait < deadline_.repeat_by - environment_.clock.Now();
    context_->AddTrailingMetadata("grpc-retry-pushback-ms", absl::StrCat(fits ? wait.count() : -1));
  }
  EmitRecord();
  Finish(grpc::Status(static_cast<grpc::StatusCode>(status.code), status.message, status.details));
}

// Before Finish, after which gRPC may end the call, and this with it, at any moment.
void Call::EmitRecord() {
  record_.duration = environment_.clock.Now() - arrived_;
  environment_.observer.CallEnded(record_);
  if (audit_ == nullptr) return;
  audit_->caller_gone = caller_gone_.stop_requested();
  EndAuditRecord(environment_.audit, std::move(*audit_), record_);
}

}  // namespace suprsend_gateway::rpc
