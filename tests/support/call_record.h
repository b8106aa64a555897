#ifndef SUPRSEND_GATEWAY_TESTS_SUPPORT_CALL_RECORD_H_
#define SUPRSEND_GATEWAY_TESTS_SUPPORT_CALL_RECORD_H_

#include <cstdint>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

namespace suprsend_gateway::testing {

// The line that the gateway logs for a call.
struct CallRecord {
  std::string time;
  std::string severity;
  std::string message;
  std::string request_id;
  std::string trace_id;
  std::string span_id;
  std::string code;
  std::string reason;
  std::string outcome;
  int64_t http_status = 0;
  int64_t attempts = 0;
  double duration_ms = 0;
  std::vector<std::string> filters;
  int64_t recipients = 0;
  bool validate_only = false;
  std::optional<int64_t> cancelled;
  // The line itself.
  std::string line;

  std::string Verdict() const { return code + "/" + reason + "/" + outcome; }
};

std::ostream& operator<<(std::ostream& out, const CallRecord& record);

// Empty where the line is no JSON object, or one of the members has not its type.
std::optional<CallRecord> ParseCallRecord(const std::string& line);

}  // namespace suprsend_gateway::testing

#endif  // SUPRSEND_GATEWAY_TESTS_SUPPORT_CALL_RECORD_H_
