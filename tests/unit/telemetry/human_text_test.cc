#include "service/telemetry/human_text.h"

#include <gtest/gtest.h>

#include <string>

namespace suprsend_gateway::telemetry {
namespace {

const absl::Time kNoon = absl::FromUnixSeconds(1'769'860'800);

TEST(HumanTextTest, DurationsHaveTwoUnitsAtMost) {
  EXPECT_EQ(HumanDuration(-absl::Seconds(5)), "0 s");
  EXPECT_EQ(HumanDuration(absl::Milliseconds(999)), "0 s");
  EXPECT_EQ(HumanDuration(absl::Seconds(59)), "59 s");
  EXPECT_EQ(HumanDuration(absl::Seconds(60)), "1 min");
  EXPECT_EQ(HumanDuration(absl::Seconds(3599)), "59 min 59 s");
  EXPECT_EQ(HumanDuration(absl::Seconds(3659)), "1 h");
  EXPECT_EQ(HumanDuration(absl::Minutes(185)), "3 h 5 min");
  EXPECT_EQ(HumanDuration(absl::Hours(24)), "1 day");
  EXPECT_EQ(HumanDuration(absl::Hours(51)), "2 days 3 h");
  EXPECT_EQ(HumanDuration(absl::InfiniteDuration()), "365000 days");
}

TEST(HumanTextTest, TimesAreAgoOrToCome) {
  EXPECT_EQ(HowLongAgo(kNoon, kNoon), "now");
  EXPECT_EQ(HowLongAgo(kNoon, kNoon + absl::Milliseconds(999)), "now");
  EXPECT_EQ(HowLongAgo(kNoon, kNoon + absl::Seconds(1)), "1 s ago");
  EXPECT_EQ(HowLongAgo(kNoon + absl::Hours(30), kNoon), "in 1 day 6 h");
  EXPECT_EQ(HumanTime(kNoon + absl::Milliseconds(999)), "2026-01-31 12:00:00");
}

TEST(HumanTextTest, BytesHaveTheUnitThatFits) {
  EXPECT_EQ(HumanBytes(1023), "1023 B");
  EXPECT_EQ(HumanBytes(1024), "1.0 KiB");
  EXPECT_EQ(HumanBytes(int64_t{1536} << 20), "1.5 GiB");
  EXPECT_EQ(HumanBytes(int64_t{512} << 20), "512 MiB");
  EXPECT_EQ(HumanBytes(int64_t{5000} << 40), "5000 TiB");
}

TEST(HumanTextTest, WhatHidesOrBreaksTextIsMadeVisible) {
  EXPECT_EQ(Visible(""), "");
  EXPECT_EQ(Visible("an \xC3\xA9 and \xE6\xBC\xA2"), "an \xC3\xA9 and \xE6\xBC\xA2");
  EXPECT_EQ(Visible(std::string("a\0b", 3)), "a\\u{0000}b");
  EXPECT_EQ(Visible("a\tb\r\n\x7F"), "a\\u{0009}b\\u{000D}\\u{000A}\\u{007F}");
  EXPECT_EQ(Visible("\xC2\x85\xC2\xA0"), "\\u{0085}\\u{00A0}");
  EXPECT_EQ(Visible("\xE2\x80\x8B\xE2\x80\xAE\xE2\x81\xA6\xEF\xBB\xBF\xE2\x81\xA9\xE2\x80\xAC"),
            "\\u{200B}\\u{202E}\\u{2066}\\u{FEFF}\\u{2069}\\u{202C}");
  EXPECT_EQ(Visible("\xFF\xC0\xAF\xED\xA0\x80"), "\\x{FF}\\x{C0}\\x{AF}\\x{ED}\\x{A0}\\x{80}");
}

TEST(HumanTextTest, WhatIsLongerIsCut) {
  EXPECT_EQ(Visible("abc", 3), "abc");
  EXPECT_EQ(Visible("abcd", 3), "abc…");
  EXPECT_EQ(Visible("\xC3\xA9\xC3\xA9\xC3\xA9", 2), "\xC3\xA9\xC3\xA9…");
  EXPECT_EQ(Visible("a\x01\x01", 2), "a\\u{0001}…");
}

}  // namespace
}  // namespace suprsend_gateway::telemetry
