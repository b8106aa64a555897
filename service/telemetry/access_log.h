#ifndef SERVICE_TELEMETRY_ACCESS_LOG_H_
#define SERVICE_TELEMETRY_ACCESS_LOG_H_

#include <string>

#include "absl/time/time.h"
#include "service/telemetry/call_record.h"

namespace suprsend_gateway::telemetry {

// The call as one line of JSON, without a newline:
//   {"time":"2026-01-31T12:00:00.123Z","severity":"INFO","message":"CancelWorkflow",
//    "request_id":"…","trace_id":"…","span_id":"…","code":"OK","reason":"","outcome":"",
//    "http_status":200,"attempts":1,"duration_ms":1.234,"filters":["execution_id","recipients"],"recipients":2,
//    "validate_only":false,"cancelled":2}
// "caller", after "span_id", stands only where callers have names.
// "cancelled" stands only where SuprSend's answer said it: a 0 would read as "nothing was
// cancelled". Severity is INFO for OK, WARNING where the outcome is NOT_APPLIED, ERROR where it is
// UNKNOWN.
std::string FormatAccessLog(const CallRecord& record, absl::Time time);

}  // namespace suprsend_gateway::telemetry

#endif  // SERVICE_TELEMETRY_ACCESS_LOG_H_
