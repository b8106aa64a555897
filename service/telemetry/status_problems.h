#ifndef SERVICE_TELEMETRY_STATUS_PROBLEMS_H_
#define SERVICE_TELEMETRY_STATUS_PROBLEMS_H_

#include <string>
#include <vector>

#include "service/telemetry/status_report.h"

namespace suprsend_gateway::telemetry {

// Of a certificate's end. Also what the alert for it takes.
inline constexpr absl::Duration kCertificateNotice = absl::Hours(14 * 24);

// Failures that are not the caller's own count as a problem from so many in ten minutes on, where
// they are so many percent of the calls. Fewer are what any network does.
inline constexpr uint64_t kMinFailures = 3;
inline constexpr uint64_t kFailurePercent = 5;

// For a person who was woken by it.
struct Problem {
  std::string what;
  std::string more;  // What it does to callers, and what to do. Whole sentences.
};

// What is not well; what callers feel most comes first. Empty: as far as the report goes all is
// well.
std::vector<Problem> FindProblems(const StatusReport& report);

}  // namespace suprsend_gateway::telemetry

#endif  // SERVICE_TELEMETRY_STATUS_PROBLEMS_H_
