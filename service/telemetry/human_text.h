#ifndef SERVICE_TELEMETRY_HUMAN_TEXT_H_
#define SERVICE_TELEMETRY_HUMAN_TEXT_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/time/time.h"

namespace suprsend_gateway::telemetry {

// To two units at most: "0 s", "59 s", "4 min 10 s", "3 h 5 min", "12 days 3 h". What is negative
// counts as nothing.
std::string HumanDuration(absl::Duration duration);

// "4 min 10 s ago", "in 59 s", or "now" for less than a second.
std::string HowLongAgo(absl::Time time, absl::Time now);

// To the second, in UTC: "2026-01-31 12:00:00".
std::string HumanTime(absl::Time time);

// "1.5 MiB".
std::string HumanBytes(int64_t bytes);

// A text that may be anything, for people: what could hide, reorder or break other text (control
// characters, blanks but the space, marks that change the direction of writing) stands as
// \u{202E}, a byte that is no UTF-8 as \x{FF}, and what is longer than `max` code points ends there
// with an ellipsis.
inline constexpr size_t kMaxVisible = 200;
std::string Visible(std::string_view text, size_t max = kMaxVisible);

}  // namespace suprsend_gateway::telemetry

#endif  // SERVICE_TELEMETRY_HUMAN_TEXT_H_
