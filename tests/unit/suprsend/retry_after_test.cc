#include "service/suprsend/retry_after.h"

#include <gtest/gtest.h>

#include <ostream>

namespace suprsend_gateway::suprsend {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

// RFC 9110's own example date is 30 s after this.
const absl::Time kNow = absl::FromUnixSeconds(784'111'777 - 30);

struct Case {
  const char* name;
  std::string value;
  std::optional<clock::Duration> expected;
};

void PrintTo(const Case& given, std::ostream* out) { *out << given.name; }

class RetryAfter : public testing::TestWithParam<Case> {};

TEST_P(RetryAfter, IsRead) {
  EXPECT_EQ(ParseRetryAfter(GetParam().value, kNow), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Seconds, RetryAfter,
    testing::Values(Case{"zero", "0", seconds(0)}, Case{"one", "1", seconds(1)},
                    Case{"rfc_example", "120", seconds(120)},
                    Case{"leading_zeros", "0000007", seconds(7)},
                    Case{"spaces", "  120 ", seconds(120)}, Case{"tabs", "\t120\t", seconds(120)},
                    Case{"one_under_a_day", "86399", seconds(86'399)},
                    Case{"a_day", "86400", hours(24)}, Case{"one_over_a_day", "86401", hours(24)},
                    Case{"int32_and_one", "2147483648", hours(24)},
                    Case{"int64_nanoseconds_and_one", "9223372037", hours(24)},
                    Case{"int64", "9223372036854775807", hours(24)},
                    Case{"int64_and_one", "9223372036854775808", hours(24)},
                    Case{"a_thousand_digits", std::string(1000, '9'), hours(24)}),
    [](const auto& row) { return std::string(row.param.name); });

// The three forms of RFC 9110, 5.6.7.
INSTANTIATE_TEST_SUITE_P(
    Dates, RetryAfter,
    testing::Values(Case{"imf_fixdate", "Sun, 06 Nov 1994 08:49:37 GMT", seconds(30)},
                    Case{"rfc_850", "Sunday, 06-Nov-94 08:49:37 GMT", seconds(30)},
                    Case{"asctime", "Sun Nov  6 08:49:37 1994", seconds(30)},
                    Case{"asctime_two_digit_day", "Wed Nov 16 08:49:37 1994", hours(24)},
                    Case{"spaces", " Sun, 06 Nov 1994 08:49:37 GMT\t", seconds(30)},
                    Case{"now", "Sun, 06 Nov 1994 08:49:07 GMT", seconds(0)},
                    Case{"past", "Sun, 06 Nov 1994 08:49:06 GMT", seconds(0)},
                    Case{"long_past", "Thu, 01 Jan 1970 00:00:00 GMT", seconds(0)},
                    Case{"a_day_ahead", "Mon, 07 Nov 1994 08:49:07 GMT", hours(24)},
                    Case{"more_than_a_day_ahead", "Mon, 07 Nov 1994 08:49:08 GMT", hours(24)},
                    Case{"far_ahead", "Fri, 31 Dec 9999 23:59:59 GMT", hours(24)}),
    [](const auto& row) { return std::string(row.param.name); });

INSTANTIATE_TEST_SUITE_P(
    Garbage, RetryAfter,
    testing::Values(Case{"empty", "", std::nullopt}, Case{"blank", " \t", std::nullopt},
                    Case{"negative", "-1", std::nullopt}, Case{"plus", "+1", std::nullopt},
                    Case{"fraction", "1.5", std::nullopt}, Case{"exponent", "1e3", std::nullopt},
                    Case{"hex", "0x10", std::nullopt}, Case{"unit", "10s", std::nullopt},
                    Case{"word", "soon", std::nullopt}, Case{"two_values", "1, 2", std::nullopt},
                    Case{"two_numbers", "1 2", std::nullopt},
                    Case{"nul_after", std::string("1\0", 2), std::nullopt},
                    Case{"other_digits", "\xD9\xA1\xD9\xA2", std::nullopt},
                    Case{"other_zone", "Sun, 06 Nov 1994 08:49:37 PST", std::nullopt},
                    Case{"no_zone", "Sun, 06 Nov 1994 08:49:37", std::nullopt},
                    Case{"no_such_day", "Sun, 32 Nov 1994 08:49:37 GMT", std::nullopt},
                    Case{"no_such_month", "Sun, 06 Foo 1994 08:49:37 GMT", std::nullopt},
                    Case{"no_such_hour", "Sun, 06 Nov 1994 25:49:37 GMT", std::nullopt},
                    Case{"iso_8601", "1994-11-06T08:49:37Z", std::nullopt},
                    Case{"text_after_date", "Sun, 06 Nov 1994 08:49:37 GMT x", std::nullopt},
                    // Words that abseil's parser of times knows, and HTTP does not.
                    Case{"infinite_future", "infinite-future", std::nullopt},
                    Case{"infinite_past", "infinite-past", std::nullopt}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(RetryAfterNow, CountsItsFractions) {
  EXPECT_EQ(ParseRetryAfter("Sun, 06 Nov 1994 08:49:37 GMT", kNow + absl::Milliseconds(250)),
            milliseconds(29'750));
}

}  // namespace
}  // namespace suprsend_gateway::suprsend
