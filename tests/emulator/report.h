#ifndef TESTS_EMULATOR_REPORT_H_
#define TESTS_EMULATOR_REPORT_H_

#include <string>

#include "tests/emulator/request_log.h"
#include "tests/emulator/run_store.h"

namespace suprsend_gateway::emulator {

// The reply of GET /_emulator/runs:
//   {"runs": [{"execution_id", "message_id", "workflow_slug", "idempotency_key": string or null,
//              "recipient": as triggered, "identifiers": [string], "state": "running" or
//              "cancelled", "times_cancelled", "times_matched"}],
//    "running", "cancelled", "cancels_applied", "triggers_ignored"}
std::string RunsReport(const RunStore::Snapshot& snapshot);

// The reply of GET /_emulator/requests:
//   {"requests": [{"method", "path", "query", "peer", "received_ms", "headers": {lower-case name:
//                  value, repeats joined by ", "}, "body", "body_base64", "finished",
//                  "status": number or null, "applied", "applied_count", "dropped",
//                  "fault": index or null}],
//    "forgotten"}
// Of an Authorization header only `matched` or `not matched` is shown. body_base64 is there only
// for a body that is not UTF-8, which `body` shows with U+FFFD in it.
std::string RequestsReport(const RequestLog::Snapshot& snapshot);

}  // namespace suprsend_gateway::emulator

#endif  // TESTS_EMULATOR_REPORT_H_
