#include "service/base/utf8.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace suprsend_gateway::base {
namespace {

struct Form {
  const char* name;
  std::string bytes;
  char32_t code_point;
};

void PrintTo(const Form& form, std::ostream* out) { *out << form.name; }

class WellFormed : public testing::TestWithParam<Form> {};

TEST_P(WellFormed, IsTakenWhole) {
  std::string_view text = GetParam().bytes;
  EXPECT_EQ(TakeCodePoint(text), GetParam().code_point);
  EXPECT_TRUE(text.empty());
  EXPECT_TRUE(IsValidUtf8(GetParam().bytes));
}

// The smallest and the largest of each length, and both neighbours of the surrogates.
INSTANTIATE_TEST_SUITE_P(Utf8, WellFormed,
                         testing::Values(Form{"nul", std::string(1, '\0'), 0x0},
                                         Form{"one_byte_last", "\x7F", 0x7F},
                                         Form{"two_bytes_first", "\xC2\x80", 0x80},
                                         Form{"two_bytes_last", "\xDF\xBF", 0x7FF},
                                         Form{"three_bytes_first", "\xE0\xA0\x80", 0x800},
                                         Form{"before_surrogates", "\xED\x9F\xBF", 0xD7FF},
                                         Form{"after_surrogates", "\xEE\x80\x80", 0xE000},
                                         Form{"three_bytes_last", "\xEF\xBF\xBF", 0xFFFF},
                                         Form{"four_bytes_first", "\xF0\x90\x80\x80", 0x10000},
                                         Form{"last", "\xF4\x8F\xBF\xBF", 0x10FFFF}),
                         [](const auto& row) { return std::string(row.param.name); });

class IllFormed : public testing::TestWithParam<Form> {};

TEST_P(IllFormed, IsRefusedAndLeftAsItWas) {
  std::string_view text = GetParam().bytes;
  EXPECT_EQ(TakeCodePoint(text), std::nullopt);
  EXPECT_EQ(text, GetParam().bytes);
  EXPECT_FALSE(IsValidUtf8(GetParam().bytes));
  EXPECT_FALSE(IsValidUtf8("ok" + GetParam().bytes + "ok"));
}

INSTANTIATE_TEST_SUITE_P(
    Utf8, IllFormed,
    testing::Values(
        Form{"lone_continuation", "\x80", 0}, Form{"lone_continuation_last", "\xBF", 0},
        Form{"overlong_nul", "\xC0\x80", 0}, Form{"overlong_slash", "\xC0\xAF", 0},
        Form{"overlong_two_last", "\xC1\xBF", 0}, Form{"overlong_three", "\xE0\x9F\xBF", 0},
        Form{"overlong_four", "\xF0\x8F\xBF\xBF", 0}, Form{"first_surrogate", "\xED\xA0\x80", 0},
        Form{"last_surrogate", "\xED\xBF\xBF", 0}, Form{"past_the_end", "\xF4\x90\x80\x80", 0},
        Form{"lead_f5", "\xF5\x80\x80\x80", 0}, Form{"five_bytes", "\xF8\x88\x80\x80\x80", 0},
        Form{"fe", "\xFE", 0}, Form{"ff", "\xFF", 0}, Form{"cut_two", "\xC3", 0},
        Form{"cut_three", "\xE2\x82", 0}, Form{"cut_four", "\xF0\x9F\x98", 0},
        Form{"lead_after_lead", "\xC3\xC3", 0}, Form{"ascii_after_lead", "\xE2\x82z", 0}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(Utf8, EmptyTextIsValidAndHasNoCodePoint) {
  std::string_view text;
  EXPECT_TRUE(IsValidUtf8(text));
  EXPECT_EQ(TakeCodePoint(text), std::nullopt);
}

TEST(Utf8, CodePointsAreTakenInOrder) {
  const std::string bytes = "a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80";  // a, é, €, an emoji.
  std::string_view text = bytes;
  std::vector<char32_t> taken;
  while (const auto c = TakeCodePoint(text)) taken.push_back(*c);
  EXPECT_EQ(taken, (std::vector<char32_t>{'a', 0xE9, 0x20AC, 0x1F600}));
  EXPECT_TRUE(text.empty());
}

TEST(Utf8, TextIsValidOnlyUpToItsLastByte) {
  const std::string euro = "price \xE2\x82\xAC";
  EXPECT_TRUE(IsValidUtf8(euro));
  EXPECT_FALSE(IsValidUtf8(euro.substr(0, euro.size() - 1)));
  EXPECT_FALSE(IsValidUtf8(euro.substr(0, euro.size() - 2)));
  EXPECT_TRUE(IsValidUtf8(euro.substr(0, euro.size() - 3)));
}

}  // namespace
}  // namespace suprsend_gateway::base
