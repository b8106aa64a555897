#include <gtest/gtest.h>

#include <ostream>

#include "service/suprsend/redact.h"

namespace suprsend_gateway::suprsend {
namespace {

struct Case {
  const char* name;
  std::string value;
  std::string text;
  std::string shown;
};

void PrintTo(const Case& given, std::ostream* out) { *out << given.name; }

class RedactEcho : public testing::TestWithParam<Case> {};

TEST_P(RedactEcho, IsShownAsExpected) {
  EXPECT_EQ(Redact(GetParam().text, {GetParam().value}), GetParam().shown);
}

constexpr char kJose[] = "jos\xC3\xA9";
constexpr char kJoseMueller[] = "jos\xC3\xA9-m\xC3\xBCller";
constexpr char kSmile[] = "\xF0\x9F\x98\x80smile";

// What backends make of a value of ASCII.
INSTANTIATE_TEST_SUITE_P(
    Ascii, RedactEcho,
    testing::Values(
        Case{"form", "john doe@x.org", "<john+doe%40x.org>", "<[redacted]>"},
        Case{"form_of_a_plus", "a+b c", "<a%2Bb+c>", "<[redacted]>"},
        Case{"plus_read_as_blank", "+1555123", "< 1555123>", "< [redacted]>"},
        Case{"trimmed", " secret-user ", "<secret-user>", "<[redacted]>"},
        Case{"trimmed_and_escaped", " secret user\\ ", "<secret%20user%5C>", "<[redacted]%5C>"},
        Case{"blanks_collapsed", "ann  lee", "<ann lee>", "<[redacted]>"},
        Case{"sql_quote", "o'brien", "<'o''brien'>", "<'[redacted]'>"},
        Case{"csv_quote", R"(say "hi")", R"(<"say ""hi""">)", R"(<"[redacted]>)"},
        Case{"sql_like", "user_1", R"(<user\_1>)", "<[redacted]>"},
        Case{"percent_u", "a@b", "<a%u0040b>", "<[redacted]>"},
        Case{"html_zeros", "a@b", "<a&#0000000000064;b>", "<[redacted]>"},
        Case{"five_layers", "a@b", "<a%2525252540b>", "<[redacted]>"},
        Case{"six_layers", "a@b", "<a%252525252540b>", ""},
        Case{"no_echo_under_six_layers", "user_1", "%252525252540", ""},
        Case{"html_semicolon_escaped", "a<b", "<a&#60%3Bb>", "<[redacted]>"},
        Case{"backslash_left_alone", R"(a\@b)", R"(<a\%40b>)", "<[redacted]>"},
        Case{"domain", R"(corp\ann)", R"(<corp\\ann or corp\ann>)", "<[redacted] or [redacted]>"},
        // Read as %ad, a character of its own: what is around it goes.
        Case{"after_a_percent", "ada@x.org", "like '%ada%40x.org' is", "like [redacted] is"}),
    [](const auto& row) { return std::string(row.param.name); });

// A value with other characters is not compared by them.
INSTANTIATE_TEST_SUITE_P(
    NonAscii, RedactEcho,
    testing::Values(
        Case{"as_it_is", kJose, "<jos\xC3\xA9>", "<[redacted]>"},
        Case{"python", kJoseMueller, R"(<jos\xe9-m\xfcller>)", "<[redacted]-[redacted]>"},
        Case{"python_emoji", kSmile, R"(<\U0001f600smile>)", "<[redacted]>"},
        Case{"braces_emoji", kSmile, R"(<\u{1f600}smile>)", "<[redacted]>"},
        Case{"octal", kJose, R"(<jos\303\251>)", "<[redacted]>"},
        Case{"html_name", kJose, "<jos&eacute;>", "<[redacted]>"},
        Case{"html_zeros", kJose, "<jos&#00000233;>", "<[redacted]>"},
        Case{"percent_u", kJose, "<jos%u00e9>", "<[redacted]>"},
        Case{"percent_latin1", kJose, "<jos%E9>", "<[redacted]>"},
        Case{"quoted_printable", kJose, "<jos=C3=A9>", "<[redacted]>"},
        Case{"mojibake", kJose, "<jos\xC3\x83\xC2\xA9>", "<[redacted]>"},
        Case{"case", "JOS\xC3\x89", "<jos\xC3\xA9>", "<[redacted]>"},
        Case{"decomposed", "zo\xC3\xAB", "<zoe\xCC\x88>", "<[redacted]>"},
        Case{"transliterated", kJoseMueller, "<jose-mueller>", "<[redacted]-[redacted]>"},
        Case{"replaced", kJose, "<jos?>", "<[redacted]?>"},
        Case{"sharp_s",
             "stra\xC3\x9F"
             "e 5",
             "<STRASSE 5>", "<[redacted]>"},
        Case{"no_ascii", "\xE6\x97\xA5\xE6\x9C\xAC", R"(<\u65e5\u672c>)", "<[redacted]>"},
        Case{"written_so_itself", "caf%C3%A9", "<CAF\xC3\x89>", "<[redacted]>"},
        Case{"part_of_a_word", kJose, "no run for Joseph, sorry", "no run for [redacted], sorry"},
        Case{"another_word", kJose, "caf\xC3\xA9 is closed", "[redacted] is closed"}),
    [](const auto& row) { return std::string(row.param.name); });

// What is no value stays readable.
INSTANTIATE_TEST_SUITE_P(
    Shown, RedactEcho,
    testing::Values(
        Case{"short_once_unescaped", "%61", "a banana was bad", "a banana was bad"},
        Case{"short_but_as_it_is", "%61", "<%61> <%2561>", "<[redacted]> <[redacted]>"},
        Case{"short_once_trimmed", " a ", "a banana", "a banana"},
        Case{"plus_signs", "C++", "a c b, C++ and C%2B%2B", "a c b, [redacted] and [redacted]"},
        Case{"quotes", "user_1", R"(Field 'a' isn't "x": {"a": [1]})",
             R"(Field 'a' isn't "x": {"a": [1]})"},
        Case{"json_in_json", "user_1", R"({\"code\": \"x\"})", R"({\"code\": \"x\"})"},
        Case{"url", "user_1", "see https://x.org/a?b=c&d=42%20e#f",
             "see https://x.org/a?b=c&d=42%20e#f"},
        Case{"signs", "user_1", R"(100% of A & B = C + D \ E)", R"(100% of A & B = C + D \ E)"},
        Case{"pattern", "user_1", R"(must match ^[\w-]+$)", R"(must match ^[\w-]+$)"},
        Case{"other_language", "user_1", "l'utilisateur est d\xC3\xA9sactiv\xC3\xA9",
             "l'utilisateur est d\xC3\xA9sactiv\xC3\xA9"},
        Case{"two_byte_value", "\xC3\xA9", "caf\xC3\xA9", "caf\xC3\xA9"}),
    [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace suprsend_gateway::suprsend
