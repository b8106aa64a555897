#ifndef SERVICE_TELEMETRY_CALL_RECORD_H_
#define SERVICE_TELEMETRY_CALL_RECORD_H_

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace suprsend_gateway::telemetry {

// What is known of one call at its end. Metrics and the access log are made from it, so it holds no
// value of a filter, only which were set and how many recipients. The string_views are of
// constants.
struct CallRecord {
  struct Attempt {
    std::string_view kind;  // "ok", or FailureRow::log_name.
    std::chrono::nanoseconds duration;
  };
  struct Filters {
    bool execution_id = false;
    size_t recipients = 0;
    bool idempotency_key = false;
    bool workflow_slug = false;
  };

  std::string request_id;
  std::string trace_id;     // Of the trace that it is a part of, and of its own span in it: lower-
  std::string span_id;      // case hex digits (W3C Trace Context).
  std::string caller;       // By its certificate; empty where callers are not told apart.
  std::string code = "OK";  // gRPC's name of the status.
  std::string_view reason;  // A name of ErrorReason; empty for OK. So for the next.
  std::string_view outcome;
  int http_status = 0;  // 0: no answer came.
  std::vector<Attempt> attempts;
  std::chrono::nanoseconds duration{};
  Filters filters;
  bool validate_only = false;
  std::optional<size_t> cancelled;  // Ids that upstream named, where its answer came.
};

}  // namespace suprsend_gateway::telemetry

#endif  // SERVICE_TELEMETRY_CALL_RECORD_H_
