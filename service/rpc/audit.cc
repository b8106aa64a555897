#include "service/rpc/audit.h"

#include <string>
#include <utility>

#include "absl/time/clock.h"

namespace suprsend_gateway::rpc {
std::unique_ptr<telemetry::AuditRecord> BeginAuditRecord(const Audit& audit,
                                                         const workflow::CancelFilter& filter) {
  if (audit.log == nullptr) return nullptr;
  auto record = std::make_unique<telemetry::AuditRecord>();
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
  record.trace_id = call.trace_id;
  record.span_id = call.span_id;
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
