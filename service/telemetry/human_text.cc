#include "service/telemetry/human_text.h"

#include <algorithm>
#include <array>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "service/base/utf8.h"

namespace suprsend_gateway::telemetry {
namespace {

// Embeddings, overrides, isolates and marks of direction.
bool ChangesDirection(char32_t c) {
  return c == 0x061C || c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) ||
         (c >= 0x2066 && c <= 0x2069);
}

bool IsPlain(char32_t c) {
  return c == U' ' || !(base::IsControl(c) || base::IsBlank(c) || ChangesDirection(c));
}

}  // namespace

std::string HumanDuration(absl::Duration duration) {
  // More is not a time that anything here can have lasted.
  duration = std::clamp(duration, absl::ZeroDuration(), absl::Hours(24 * 365 * 1000));
  const int64_t seconds = absl::ToInt64Seconds(duration);
  const int64_t minutes = seconds / 60;
  const int64_t hours = minutes / 60;
  const int64_t days = hours / 24;
  if (days > 0) {
    return absl::StrCat(days, days == 1 ? " day" : " days",
                        hours % 24 > 0 ? absl::StrCat(" ", hours % 24, " h") : "");
  }
  if (hours > 0) {
    return absl::StrCat(hours, " h",
                        minutes % 60 > 0 ? absl::StrCat(" ", minutes % 60, " min") : "");
  }
  if (minutes > 0) {
    return absl::StrCat(minutes, " min",
                        seconds % 60 > 0 ? absl::StrCat(" ", seconds % 60, " s") : "");
  }
  return absl::StrCat(seconds, " s");
}

std::string HowLongAgo(absl::Time time, absl::Time now) {
  if (absl::AbsDuration(now - time) < absl::Seconds(1)) return "now";
  return time < now ? absl::StrCat(HumanDuration(now - time), " ago")
                    : absl::StrCat("in ", HumanDuration(time - now));
}

std::string HumanTime(absl::Time time) {
  return absl::FormatTime("%E4Y-%m-%d %H:%M:%S", time, absl::UTCTimeZone());
}

std::string HumanBytes(int64_t bytes) {
  constexpr std::array<const char*, 4> kUnits = {"KiB", "MiB", "GiB", "TiB"};
  if (bytes < 1024) return absl::StrCat(bytes, " B");
  auto amount = static_cast<double>(bytes) / 1024;
  size_t unit = 0;
  while (amount >= 1024 && unit + 1 < kUnits.size()) {
    amount /= 1024;
    ++unit;
  }
  return absl::StrFormat("%.*f %s", amount < 10 ? 1 : 0, amount, kUnits[unit]);
}

std::string Visible(std::string_view text, size_t max) {
  std::string visible;
  for (size_t shown = 0; shown < max && !text.empty(); ++shown) {
    const std::string_view before = text;
    const std::optional<char32_t> c = base::TakeCodePoint(text);
    if (!c) {
      absl::StrAppendFormat(&visible, "\\x{%02X}", static_cast<unsigned char>(text.front()));
      text.remove_prefix(1);
    } else if (IsPlain(*c)) {
      visible += before.substr(0, before.size() - text.size());
    } else {
      absl::StrAppendFormat(&visible, "\\u{%04X}", static_cast<uint32_t>(*c));
    }
  }
  if (!text.empty()) visible += "…";
  return visible;
}

}  // namespace suprsend_gateway::telemetry
