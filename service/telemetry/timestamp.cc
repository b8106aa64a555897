#include "service/telemetry/timestamp.h"

#include <cstdint>

#include "absl/strings/str_cat.h"

namespace suprsend_gateway::telemetry {

// All but the last three digits is the same for a whole second.
std::string Timestamp(absl::Time time) {
  thread_local absl::Time second = absl::InfinitePast();
  thread_local std::string to_the_second;
  const absl::Duration past = time - second;
  if (past < absl::ZeroDuration() || past >= absl::Seconds(1)) {
    second = absl::FromUnixSeconds(absl::ToUnixSeconds(time));
    to_the_second = absl::FormatTime("%E4Y-%m-%dT%H:%M:%S.", second, absl::UTCTimeZone());
  }
  const int64_t milliseconds = absl::ToInt64Milliseconds(time - second);
  return absl::StrCat(to_the_second, absl::Dec(milliseconds, absl::kZeroPad3), "Z");
}

}  // namespace suprsend_gateway::telemetry
