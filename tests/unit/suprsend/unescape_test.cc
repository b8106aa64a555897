#include "service/suprsend/unescape.h"

#include <gtest/gtest.h>

#include <ostream>

namespace suprsend_gateway::suprsend {
namespace {

struct Case {
  const char* name;
  std::string text;
  std::string plain;
};

void PrintTo(const Case& given, std::ostream* out) { *out << given.name; }

class UnescapeOne : public testing::TestWithParam<Case> {};

TEST_P(UnescapeOne, TakesOffOneLayer) {
  MappedText mapped = MapText(GetParam().text);
  EXPECT_TRUE(Unescape(mapped));
  EXPECT_EQ(mapped.text, GetParam().plain);
  ASSERT_EQ(mapped.origins.size(), mapped.text.size());
}

INSTANTIATE_TEST_SUITE_P(
    Escapes, UnescapeOne,
    testing::Values(Case{"json", R"(a\u0040b)", "a@b"},
                    Case{"json_pair", R"(\uD83D\uDE00)", "\xF0\x9F\x98\x80"},
                    Case{"json_last_of_two_bytes", R"(\u07ff)", "\xDF\xBF"},
                    Case{"json_first_of_three_bytes", R"(\u0800)", "\xE0\xA0\x80"},
                    Case{"json_quote", R"(\")", "\""}, Case{"c", R"(\x40)", "@"},
                    Case{"percent", "a%40b", "a@b"}, Case{"percent_of_percent", "%2540", "%40"},
                    Case{"html_decimal", "&#64;", "@"}, Case{"html_hex", "&#x40;", "@"},
                    Case{"html_largest", "&#x10FFFF;", "\xF4\x8F\xBF\xBF"},
                    Case{"html_of_html", "&amp;lt;", "&lt;"},
                    Case{"backslashes", R"(\\u0040)", R"(\u0040)"}),
    [](const auto& row) { return std::string(row.param.name); });

class NoEscape : public testing::TestWithParam<Case> {};

TEST_P(NoEscape, IsLeftAsItIs) {
  MappedText mapped = MapText(GetParam().text);
  EXPECT_FALSE(Unescape(mapped));
  EXPECT_EQ(mapped.text, GetParam().text);
  for (size_t i = 0; i < mapped.origins.size(); ++i) {
    EXPECT_EQ(mapped.origins[i].begin, i);
    EXPECT_EQ(mapped.origins[i].end, i + 1);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Cut, NoEscape,
    testing::Values(Case{"empty", "", ""}, Case{"plain", "abc", ""}, Case{"backslash", "\\", ""},
                    Case{"backslash_u", "\\u", ""}, Case{"json_cut", "\\u004", ""},
                    Case{"json_no_hex", "\\u00g0", ""}, Case{"c_cut", "\\x4", ""},
                    Case{"percent", "%", ""}, Case{"percent_cut", "%4", ""},
                    Case{"percent_no_hex", "100%!x", ""}, Case{"amp", "&", ""},
                    Case{"amp_hash", "&#", ""}, Case{"amp_hash_x", "&#x", ""},
                    Case{"amp_hash_semicolon", "&#;", ""}, Case{"unknown_name", "&foo;", ""},
                    Case{"past_unicode", "&#x110000;", ""}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(Unescape, KeepsTrackOfWhereEachByteCameFrom) {
  MappedText mapped = MapText("a%2540b");
  ASSERT_TRUE(Unescape(mapped));
  ASSERT_TRUE(Unescape(mapped));
  ASSERT_EQ(mapped.text, "a@b");
  EXPECT_EQ(mapped.origins[0].begin, 0u);
  EXPECT_EQ(mapped.origins[0].end, 1u);
  EXPECT_EQ(mapped.origins[1].begin, 1u);
  EXPECT_EQ(mapped.origins[1].end, 6u);
  EXPECT_EQ(mapped.origins[2].begin, 6u);
  EXPECT_EQ(mapped.origins[2].end, 7u);
  EXPECT_FALSE(Unescape(mapped));
}

// A text cut anywhere, within an escape or a surrogate pair, is read to its end and no further.
TEST(Unescape, EndsWithTheText) {
  const std::string text = R"(\ud83d\ude00\x41\\%41&#x41;&#65;&quot;\")";
  for (size_t size = 0; size <= text.size(); ++size) {
    const std::string cut = text.substr(0, size);
    MappedText mapped = MapText(cut);
    for (int i = 0; i < 4; ++i) Unescape(mapped);
    ASSERT_EQ(mapped.origins.size(), mapped.text.size());
    if (!mapped.origins.empty()) {
      EXPECT_EQ(mapped.origins.back().end, size);
    }
  }
}

}  // namespace
}  // namespace suprsend_gateway::suprsend
