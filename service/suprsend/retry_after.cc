#include "service/suprsend/retry_after.h"

#include <algorithm>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/string_view.h"

namespace suprsend_gateway::suprsend {
namespace {

std::optional<absl::Time> ParseHttpDate(absl::string_view text) {
  for (const char* format :
       {"%a, %d %b %E4Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %E4Y"}) {
    absl::Time time;
    std::string error;
    const bool is_date = absl::ParseTime(format, text, absl::UTCTimeZone(), &time, &error);
    // abseil also reads "infinite-future".
    if (is_date && time != absl::InfiniteFuture() && time != absl::InfinitePast()) return time;
  }
  return std::nullopt;
}

clock::Duration Clamp(absl::Duration wait) {
  return absl::ToChronoNanoseconds(
      std::clamp(wait, absl::ZeroDuration(), absl::FromChrono(kMaxRetryAfter)));
}

}  // namespace

std::optional<clock::Duration> ParseRetryAfter(std::string_view value, absl::Time now) {
  const absl::string_view text =
      absl::StripAsciiWhitespace(absl::string_view(value.data(), value.size()));
  if (text.empty()) return std::nullopt;
  if (std::all_of(text.begin(), text.end(), absl::ascii_isdigit)) {
    // More digits than fit are more seconds than we take.
    int64_t seconds;
    return absl::SimpleAtoi(text, &seconds) ? Clamp(absl::Seconds(seconds))
                                            : clock::Duration(kMaxRetryAfter);
  }
  const std::optional<absl::Time> date = ParseHttpDate(text);
  if (!date) return std::nullopt;
  return Clamp(*date - now);
}

}  // namespace suprsend_gateway::suprsend
