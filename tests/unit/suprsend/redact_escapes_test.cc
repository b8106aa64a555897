#include <gtest/gtest.h>

#include <cstdio>
#include <ostream>

#include "service/suprsend/redact.h"

namespace suprsend_gateway::suprsend {
namespace {

// Each writes every byte of an ASCII text as an escape of its kind.
using Writer = std::string (*)(std::string_view);

template <const char* kFormat>
std::string Write(std::string_view text) {
  std::string result;
  for (const char c : text) {
    char escape[16];
    const int size = std::snprintf(escape, sizeof escape, kFormat, c);
    result.append(escape, static_cast<size_t>(size));
  }
  return result;
}

constexpr char kJson[] = "\\u%04x";
constexpr char kJsonCapitals[] = "\\u%04X";
constexpr char kC[] = "\\x%02x";
constexpr char kCCapitals[] = "\\x%02X";
constexpr char kPercent[] = "%%%02x";
constexpr char kPercentCapitals[] = "%%%02X";
constexpr char kDecimal[] = "&#%d;";
constexpr char kDecimalZeros[] = "&#%05d;";
constexpr char kHex[] = "&#x%x;";
constexpr char kHexCapitals[] = "&#X%X;";

struct Kind {
  const char* name;
  Writer write;
};

void PrintTo(const Kind& kind, std::ostream* out) { *out << kind.name; }

constexpr Kind kKinds[] = {{"json", Write<kJson>},
                           {"json_capitals", Write<kJsonCapitals>},
                           {"c", Write<kC>},
                           {"c_capitals", Write<kCCapitals>},
                           {"percent", Write<kPercent>},
                           {"percent_capitals", Write<kPercentCapitals>},
                           {"decimal", Write<kDecimal>},
                           {"decimal_zeros", Write<kDecimalZeros>},
                           {"hex", Write<kHex>},
                           {"hex_capitals", Write<kHexCapitals>}};

constexpr std::string_view kSecret = "Jo+k@x.org";

class RedactEscaped : public testing::TestWithParam<Kind> {};

TEST_P(RedactEscaped, BlotsTheWholeEscapedForm) {
  const auto write = GetParam().write;
  EXPECT_EQ(Redact("<" + write(kSecret) + ">", {kSecret}), "<[redacted]>");
  EXPECT_EQ(Redact("<" + write("jO+K@X.ORG") + ">", {kSecret}), "<[redacted]>");
  // In part only, at its start, its middle and its end.
  EXPECT_EQ(Redact("<" + write("J") + "o+k@x.org>", {kSecret}), "<[redacted]>");
  EXPECT_EQ(Redact("<Jo+k" + write("@") + "x.org>", {kSecret}), "<[redacted]>");
  EXPECT_EQ(Redact("<Jo+k@x.or" + write("g") + ">", {kSecret}), "<[redacted]>");
}

TEST_P(RedactEscaped, KeepsWhatStandsAround) {
  const auto write = GetParam().write;
  const std::string around = write("~") + " 100% & \\ " + write("~");
  EXPECT_EQ(Redact(around, {kSecret}), around);
  EXPECT_EQ(Redact(around + write(kSecret) + around, {kSecret}), around + "[redacted]" + around);
}

TEST_P(RedactEscaped, FindsItUnderAnyOtherKind) {
  for (const Kind& outer : kKinds) {
    const std::string twice = outer.write(GetParam().write(kSecret));
    EXPECT_EQ(Redact("<" + twice + ">", {kSecret}), "<[redacted]>") << outer.name;
  }
}

TEST_P(RedactEscaped, FindsItUnderThreeAndFourLayers) {
  // Only the escapes' own sign is escaped again, or the text would grow without end.
  for (int layers = 3; layers <= 4; ++layers) {
    std::string text = GetParam().write("@");
    for (int i = 1; i < layers; ++i) text = GetParam().write(text.substr(0, 1)) + text.substr(1);
    EXPECT_EQ(Redact("<Jo+k" + text + "x.org>", {kSecret}), "<[redacted]>") << layers;
  }
}

// What the caller submitted may itself look escaped; upstream may show it decoded, or not.
TEST_P(RedactEscaped, BlotsASecretThatIsWrittenSo) {
  const std::string secret = GetParam().write(kSecret);
  EXPECT_EQ(Redact("<" + secret + ">", {secret}), "<[redacted]>");
  EXPECT_EQ(Redact("<" + std::string(kSecret) + ">", {secret}), "<[redacted]>");
  for (const Kind& outer : kKinds) {
    EXPECT_EQ(Redact("<" + outer.write(secret) + ">", {secret}), "<[redacted]>") << outer.name;
  }
}

INSTANTIATE_TEST_SUITE_P(Kinds, RedactEscaped, testing::ValuesIn(kKinds),
                         [](const auto& row) { return std::string(row.param.name); });

struct Case {
  const char* name;
  std::string text;
  std::string secret;
};

void PrintTo(const Case& given, std::ostream* out) { *out << given.name; }

class RedactNamed : public testing::TestWithParam<Case> {};

TEST_P(RedactNamed, BlotsTheValue) {
  EXPECT_EQ(Redact("<" + GetParam().text + ">", {GetParam().secret}), "<[redacted]>");
}

INSTANTIATE_TEST_SUITE_P(
    Forms, RedactNamed,
    testing::Values(Case{"json_quote", R"(a\"b)", R"(a"b)"}, Case{"json_slash", R"(a\/b)", "a/b"},
                    Case{"json_backslash", R"(a\\b)", R"(a\b)"},
                    Case{"c_apostrophe", R"(a\'b)", "a'b"}, Case{"html_amp", "AT&amp;T", "AT&T"},
                    Case{"html_lt_gt", "&lt;b&gt;", "<b>"}, Case{"html_quot", "a&quot;b", R"(a"b)"},
                    Case{"html_apos", "a&apos;b", "a'b"},
                    Case{"html_over_html", "AT&amp;amp;T", "AT&T"},
                    Case{"json_two_byte_character", R"(caf\u00e9)", "caf\xC3\xA9"},
                    Case{"json_pair", R"(\ud83d\ude00)", "\xF0\x9F\x98\x80"},
                    Case{"percent_utf8", "caf%C3%A9", "caf\xC3\xA9"},
                    Case{"percent_emoji", "%F0%9F%98%80", "\xF0\x9F\x98\x80"},
                    Case{"c_utf8", R"(caf\xc3\xa9)", "caf\xC3\xA9"},
                    Case{"html_number_emoji", "&#128512;", "\xF0\x9F\x98\x80"},
                    Case{"html_hex_emoji", "&#x1F600;", "\xF0\x9F\x98\x80"},
                    Case{"html_number_without_semicolon", "a&#64b.org", "a@b.org"},
                    Case{"json_over_percent", R"(a\u002540b)", "a@b"},
                    Case{"percent_over_json", "a%5cu0040b", "a@b"},
                    Case{"html_over_json", "a&#92;u0040b", "a@b"},
                    Case{"secret_with_a_percent", "100%25%40x", "100%@x"},
                    Case{"secret_with_a_percent_kept", "100%@x", "100%@x"},
                    Case{"secret_with_a_backslash", R"(dom\\user)", R"(dom\user)"}),
    [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace suprsend_gateway::suprsend
