#include "service/suprsend/unescape.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>

namespace suprsend_gateway::suprsend {
namespace {

struct Case {
  const char* name;
  std::string text;
  char meaning;
};

void PrintTo(const Case& given, std::ostream* out) { *out << given.name; }

class OneEscape : public testing::TestWithParam<Case> {};

TEST_P(OneEscape, IsReadToItsEnd) {
  for (const std::string_view behind : {"", "~", "0", "g", "%", ";"}) {
    const std::string text = GetParam().text;
    const Escape escape = ReadEscape(text + std::string(behind));
    EXPECT_EQ(escape.length, text.size()) << behind;
    EXPECT_EQ(escape.meaning, GetParam().meaning) << behind;
  }
}

constexpr char kOther = kNonAscii;
INSTANTIATE_TEST_SUITE_P(
    Backslash, OneEscape,
    testing::Values(
        Case{"json", R"(\u0040)", '@'}, Case{"json_capitals", R"(\u004A)", 'J'},
        Case{"last_ascii", R"(\u007f)", 0x7F}, Case{"first_beyond", R"(\u0080)", kOther},
        Case{"half_of_a_pair", R"(\ud83d)", kOther}, Case{"c", R"(\x40)", '@'},
        Case{"python_latin1", R"(\xe9)", kOther}, Case{"python_emoji", R"(\U0001f600)", kOther},
        Case{"eight_digits", R"(\U00000040)", '@'}, Case{"braces", R"(\u{40})", '@'},
        Case{"braces_emoji", R"(\u{1f600})", kOther}, Case{"perl", R"(\x{40})", '@'},
        Case{"octal", R"(\303)", kOther}, Case{"quote", R"(\")", '"'}, Case{"slash", R"(\/)", '/'},
        Case{"backslash", R"(\\)", '\\'}, Case{"sql_like", R"(\_)", '_'}),
    [](const auto& row) { return std::string(row.param.name); });

INSTANTIATE_TEST_SUITE_P(
    Others, OneEscape,
    testing::Values(Case{"percent", "%40", '@'}, Case{"percent_beyond", "%C3", kOther},
                    Case{"percent_u", "%u0040", '@'}, Case{"percent_u_beyond", "%u00e9", kOther},
                    Case{"html_decimal", "&#64;", '@'}, Case{"html_hex", "&#x40;", '@'},
                    Case{"html_zeros", "&#0000000000000064;", '@'},
                    Case{"html_beyond", "&#00000233;", kOther},
                    Case{"html_beyond_unicode", "&#x110000;", kOther},
                    Case{"html_name", "&commat;", '@'}, Case{"html_name_capitals", "&AMP;", '&'},
                    Case{"html_name_beyond", "&eacute;", kOther}, Case{"doubled_quote", "''", '\''},
                    Case{"doubled_quotes", "\"\"", '"'},
                    Case{"quoted_printable", "=C3=A9", kOther}),
    [](const auto& row) { return std::string(row.param.name); });

class NoEscape : public testing::TestWithParam<Case> {};

TEST_P(NoEscape, IsItsFirstByte) {
  const Escape escape = ReadEscape(GetParam().text);
  EXPECT_EQ(escape.length, 1u);
  EXPECT_EQ(escape.meaning, GetParam().text[0]);
}

INSTANTIATE_TEST_SUITE_P(
    Cut, NoEscape,
    testing::Values(
        Case{"plain", "abc", 0}, Case{"backslash", "\\", 0}, Case{"backslash_u", "\\u", 0},
        Case{"json_cut", "\\u004", 0}, Case{"json_no_hex", "\\u00g0", 0}, Case{"c_cut", "\\x4", 0},
        Case{"user", "\\user", 0}, Case{"octal_cut", "\\30", 0}, Case{"octal_ascii", "\\100", 0},
        Case{"brace_open", "\\u{40", 0}, Case{"brace_empty", "\\u{}", 0},
        Case{"before_an_escape", "\\%40", 0}, Case{"percent", "%", 0}, Case{"percent_cut", "%4", 0},
        Case{"percent_no_hex", "%!x", 0}, Case{"percent_u_cut", "%u00e", 0}, Case{"amp", "&", 0},
        Case{"amp_hash", "&#", 0}, Case{"amp_hash_x", "&#x", 0},
        Case{"amp_hash_semicolon", "&#;", 0}, Case{"name_cut", "&amp", 0}, Case{"no_name", "&;", 0},
        Case{"long_name", "&" + std::string(99, 'a') + ";", 0},
        Case{"semicolon_that_is_escaped", "&#64%3B", 0}, Case{"quote", "'a", 0},
        Case{"parameter", "=ada%40x", 0}, Case{"equals_cut", "=C3=A", 0},
        Case{"equals_ascii", "=41=42", 0}, Case{"blank", "  ", 0}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(Blanks, AreTakenAsOne) {
  EXPECT_EQ(ReadBlanks(" + +x").length, 4u);
  EXPECT_EQ(ReadBlanks("+").meaning, ' ');
  EXPECT_EQ(ReadBlanks(" ").length, 1u);
  EXPECT_EQ(ReadBlanks("x ").meaning, 'x');
}

// A text cut anywhere, within an escape or a surrogate pair, is read to its end and no further.
TEST(Unescape, EndsWithTheText) {
  const std::string text = R"(\ud83d\ude00\x41\u{4}\\%41%u0041&#x41;&#65;&quot;\"\303\251=C3=A9)";
  for (size_t size = 0; size <= text.size(); ++size) {
    const std::string cut = text.substr(0, size);
    size_t at = 0;
    while (at < size) at += ReadEscape(std::string_view(cut).substr(at)).length;
    EXPECT_EQ(at, size);
  }
}

}  // namespace
}  // namespace suprsend_gateway::suprsend
