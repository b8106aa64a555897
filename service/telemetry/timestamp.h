#ifndef SERVICE_TELEMETRY_TIMESTAMP_H_
#define SERVICE_TELEMETRY_TIMESTAMP_H_

#include <string>

#include "absl/time/time.h"

namespace suprsend_gateway::telemetry {

// RFC 3339, in UTC and milliseconds: "2026-01-31T12:00:00.123Z". Any thread.
std::string Timestamp(absl::Time time);

}  // namespace suprsend_gateway::telemetry

#endif  // SERVICE_TELEMETRY_TIMESTAMP_H_
