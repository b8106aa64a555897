#ifndef SERVICE_RPC_AUDIT_H_
#define SERVICE_RPC_AUDIT_H_

#include <cstddef>
#include <memory>

#include "service/telemetry/audit_log.h"
#include "service/telemetry/audit_record.h"
#include "service/telemetry/call_record.h"
#include "service/workflow/cancel_filter.h"

namespace suprsend_gateway::rpc {

// Where calls are recorded for the audit.
struct Audit {
  telemetry::AuditLog* log = nullptr;  // nullptr: nowhere.
  bool fails_closed = false;           // No call is let in while records cannot be written.

  bool LetsNobodyIn() const { return fails_closed && log != nullptr && log->is_failing(); }
};

// The beginning of the record of a call that wants `filter` cancelled; nullptr where nothing is
// recorded.
std::unique_ptr<telemetry::AuditRecord> BeginAuditRecord(const Audit& audit,
                                                         const workflow::CancelFilter& filter);

// So many recipients are recorded of a call that was not sent: enough to see what was wanted, and a
// caller that may do nothing cannot fill the log's memory.
inline constexpr size_t kMaxRecipientsUnsent = 100;

// Completes the record by what the call came to, and hands it over.
void EndAuditRecord(const Audit& audit, telemetry::AuditRecord record,
                    const telemetry::CallRecord& call);

}  // namespace suprsend_gateway::rpc

#endif  // SERVICE_RPC_AUDIT_H_
