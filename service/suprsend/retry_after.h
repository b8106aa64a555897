#ifndef SERVICE_SUPRSEND_RETRY_AFTER_H_
#define SERVICE_SUPRSEND_RETRY_AFTER_H_

#include <optional>
#include <string_view>

#include "absl/time/time.h"
#include "service/clock/scheduler.h"

namespace suprsend_gateway::suprsend {

// More than that is taken as that.
inline constexpr auto kMaxRetryAfter = std::chrono::hours(24);

// Reads a Retry-After header (RFC 9110, 10.2.3): seconds, or an HTTP date in any of the three forms
// of 5.6.7, held against `now`. A date that has passed is zero. nullopt where it is neither.
std::optional<clock::Duration> ParseRetryAfter(std::string_view value, absl::Time now);

}  // namespace suprsend_gateway::suprsend

#endif  // SERVICE_SUPRSEND_RETRY_AFTER_H_
