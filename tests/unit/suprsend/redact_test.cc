#include "service/suprsend/redact.h"

#include <gtest/gtest.h>

#include <ostream>

namespace suprsend_gateway::suprsend {
namespace {

struct Case {
  const char* name;
  std::string text;
  std::vector<std::string_view> secrets;
  std::string expected;
};

void PrintTo(const Case& given, std::ostream* out) { *out << given.name; }

class RedactPlain : public testing::TestWithParam<Case> {};

TEST_P(RedactPlain, BlotsWholeValuesOnly) {
  EXPECT_EQ(Redact(GetParam().text, GetParam().secrets), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Places, RedactPlain,
    testing::Values(
        Case{"nothing", "no such run", {"user_1"}, "no such run"},
        Case{"no_secrets", "no such run", {}, "no such run"},
        Case{"empty_text", "", {"user_1"}, ""}, Case{"whole", "user_1", {"user_1"}, "[redacted]"},
        Case{"start", "user_1 is gone", {"user_1"}, "[redacted] is gone"},
        Case{"end", "gone: user_1", {"user_1"}, "gone: [redacted]"},
        Case{"twice", "user_1, user_1", {"user_1"}, "[redacted], [redacted]"},
        Case{"inside_a_word", "xuser_1x", {"user_1"}, "x[redacted]x"},
        Case{"several", "run r_99 of user_1", {"user_1", "r_99"}, "run [redacted] of [redacted]"},
        Case{"longer_than_the_text", "user", {"user_1"}, "user"},
        Case{"secret_twice", "user_1", {"user_1", "user_1"}, "[redacted]"}),
    [](const auto& row) { return std::string(row.param.name); });

INSTANTIATE_TEST_SUITE_P(
    Touching, RedactPlain,
    testing::Values(Case{"adjacent", "<abcdef>", {"abc", "def"}, "<[redacted]>"},
                    Case{"adjacent_same", "<abcabc>", {"abc"}, "<[redacted]>"},
                    Case{"overlapping", "<abcde>", {"abc", "cde"}, "<[redacted]>"},
                    Case{"overlapping_itself", "<aaaaa>", {"aaa"}, "<[redacted]>"},
                    Case{"overlapping_itself_odd", "<ababa>", {"aba"}, "<[redacted]>"},
                    Case{"within", "<abcde>", {"bcd", "abcde"}, "<[redacted]>"},
                    Case{"prefix", "<user_12>", {"user_1", "user_12"}, "<[redacted]>"},
                    Case{"prefix_other_order", "<user_12>", {"user_12", "user_1"}, "<[redacted]>"},
                    Case{"one_byte_between", "<abc.abc>", {"abc"}, "<[redacted].[redacted]>"}),
    [](const auto& row) { return std::string(row.param.name); });

INSTANTIATE_TEST_SUITE_P(
    Length, RedactPlain,
    testing::Values(
        Case{"empty_secret", "abc", {""}, "abc"}, Case{"one_byte", "abc", {"b"}, "abc"},
        Case{"two_bytes", "abc", {"ab"}, "abc"},
        Case{"three_bytes", "abcd", {"abc"}, "[redacted]d"},
        Case{"two_bytes_one_character", "\xC3\xA9", {"\xC3\xA9"}, "\xC3\xA9"},
        Case{"three_bytes_one_character", "5 \xE2\x82\xAC", {"\xE2\x82\xAC"}, "5 [redacted]"},
        Case{"short_beside_long", "ab abc", {"ab", "abc"}, "ab [redacted]"}),
    [](const auto& row) { return std::string(row.param.name); });

INSTANTIATE_TEST_SUITE_P(
    LetterCase, RedactPlain,
    testing::Values(
        Case{"text_in_capitals", "USER_1@X.ORG", {"user_1@x.org"}, "[redacted]"},
        Case{"secret_in_capitals", "user_1@x.org", {"USER_1@X.ORG"}, "[redacted]"},
        Case{"both_mixed", "uSeR_1", {"UsEr_1"}, "[redacted]"},
        Case{"rest_keeps_its_case", "No RUN for Ab_C!", {"ab_c"}, "No RUN for [redacted]!"},
        Case{"other_bytes_as_they_are", "\xC3\x89tude", {"\xC3\x89TUDE"}, "[redacted]"}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(RedactBytes, AreOfNoConcernToIt) {
  const std::string nul("a\0b", 3);
  EXPECT_EQ(Redact("<" + nul + ">", {nul}), "<[redacted]>");
  EXPECT_EQ(Redact("<\xFF\xFE\xFD>", {"\xFF\xFE\xFD"}), "<[redacted]>");
}

}  // namespace
}  // namespace suprsend_gateway::suprsend
