#ifndef SERVICE_TELEMETRY_AUDIT_RECORD_H_
#define SERVICE_TELEMETRY_AUDIT_RECORD_H_

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"

namespace suprsend_gateway::telemetry {

// A call that was allowed, or refused by identity or policy: who wanted what cancelled, and what
// came of it. It holds addresses; the line that is made of it holds none.
struct AuditRecord {
  absl::Time time;
  std::string caller;  // Empty: unknown.
  std::string code;    // gRPC's name of the status.
  std::string reason;  // A name of ErrorReason; empty for OK. So for the next.
  std::string outcome;
  std::string request_id;
  std::string trace_id;
  std::string span_id;
  size_t attempts = 0;
  std::optional<std::string> execution_id;
  std::optional<std::string> idempotency_key;
  std::optional<std::string> workflow_slug;
  std::vector<std::string> recipients;  // Or the first of them.
  size_t recipient_count = 0;           // Of all.
  bool validate_only = false;
  std::vector<std::string> execution_ids;  // Of the runs cancelled.
  std::optional<size_t> cancelled_count;   // Ids that upstream named, where its answer came.
  bool caller_gone = false;                // Nobody was there to hear the answer.
};

// HMAC-SHA256 of a text under the operator's key, as 64 lower-case hex digits.
using Hmac = std::function<std::string(std::string_view)>;

// The record as one line of JSON, without a newline:
//   {"time":"2026-01-31T12:00:00.123Z","type":"audit","message":"CancelWorkflow",
//    "caller":"spiffe://example.com/orders","request_id":"…","trace_id":"…","span_id":"…",
//    "code":"OK","reason":"","outcome":"","attempts":1,
//    "filters":{"execution_id":"…","recipients":["hmac-sha256:…"],
//               "recipient_count":1,"idempotency_key":"hmac-sha256:…","workflow_slug":"…"},
//    "validate_only":false,"execution_ids":["…"],"cancelled_count":1,"caller_gone":false}
// Filters that are not set are absent. "execution_ids" and "cancelled_count" are absent where it is
// not known what was cancelled. An idempotency key is an HMAC too, since callers build it from
// addresses. Bytes that are no UTF-8 become U+FFFD. It calls `hmac` once for each recipient: up to
// 100,000 times, a tenth of a second.
std::string FormatAuditRecord(const AuditRecord& record, const Hmac& hmac);

// About how much memory the record takes, in bytes.
size_t SizeInMemory(const AuditRecord& record);

}  // namespace suprsend_gateway::telemetry

#endif  // SERVICE_TELEMETRY_AUDIT_RECORD_H_
