#include "service/rpc/audit.h"

#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/time/clock.h"

namespace suprsend_gateway::rpc {
namespace {

// Of "00-<32 hex digits>-<16>-<2>"; empty where there is none.
std::string TraceIdOf(const grpc::CallbackServerContext& context) {
  constexpr size_t kStart = 3;
  constexpr size_t kDigits = 32;
  const auto found = context.client_metadata().find("traceparent");
  if (found == context.client_metadata().end()) return "";
  const std::string_view header(found->second.data(), found->second.size());
  if (header.size() <= kStart + kDigits || header[kStart - 1] != '-' ||
      header[kStart + kDigits] != '-') {
    return "";
  }
  const std::string_view id = header.substr(kStart, kDigits);
  return std::all_of(id.begin(), id.end(), absl::ascii_isxdigit) ? std::string(id) : "";
}

}  // namespace

std::unique_ptr<telemetry::AuditRecord> BeginAuditRecord(const Audit& audit,
                                                         const grpc::CallbackServerContext& context,
                                                         const workflow::CancelFilter& filter) {
  if (audit.log == nullptr) return nullptr;
  auto record = std::make_unique<telemetry::AuditRecord>();
  record->trace_id = TraceIdOf(context);
  record->execution_id = filter.execution_id;
  record->idempotency_key = filter.idempotency_key;
  record->workflow_slug = filter.workflow_slug;
  record->recipients = filter.recipients;
  record->recipient_count = filter.recipients.size();
  return record;
}

void EndAuditRecord(const Audit& audit, telemetry::AuditRecord record,
                    const telemetry::CallRecord& call) {
  record.time = absl::Now();
  record.caller = call.caller;
  record.code = call.code;
  record.reason = std::string(call.reason);
  record.outcome = std::string(call.outcome);
  record.request_id = call.request_id;
  record.attempts = call.attempts.size();
  record.validate_only = call.validate_only;
  record.cancelled_count = call.cancelled;
  if (call.attempts.empty() && record.recipients.size() > kMaxRecipientsUnsent) {
    record.recipients.resize(kMaxRecipientsUnsent);
    record.recipients.shrink_to_fit();
  }
  audit.log->Write(std::move(record));
}

}  // namespace suprsend_gateway::rpc
