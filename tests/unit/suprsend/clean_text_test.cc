#include <gtest/gtest.h>

#include <ostream>
#include <utility>

#include "service/base/utf8.h"
#include "service/suprsend/error_body.h"

namespace suprsend_gateway::suprsend {
namespace {

constexpr size_t kLimit = 512;

std::string CleanMessage(std::string message, const std::vector<std::string_view>& secrets) {
  return Clean({.message = std::move(message)}, secrets).message;
}

std::string CleanCode(std::string code, const std::vector<std::string_view>& secrets) {
  return Clean({.code = std::move(code)}, secrets).code;
}

TEST(CleanMessage, IsGivenOutWholeUpToItsLimit) {
  EXPECT_EQ(CleanMessage("", {}), "");
  EXPECT_EQ(CleanMessage("caf\xC3\xA9 \xF0\x9F\x98\x80", {}), "caf\xC3\xA9 \xF0\x9F\x98\x80");
  EXPECT_EQ(CleanMessage(std::string(kLimit, 'x'), {}), std::string(kLimit, 'x'));
  EXPECT_EQ(CleanMessage(std::string(kLimit + 1, 'x'), {}), std::string(kLimit, 'x'));
  EXPECT_EQ(CleanMessage(std::string(60'000, 'x'), {}), std::string(kLimit, 'x'));
}

// For each way that the limit can fall into a character of two, three or four bytes.
TEST(CleanMessage, IsCutBetweenCharacters) {
  for (const std::string_view character : {"\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80"}) {
    for (size_t inside = 0; inside <= character.size(); ++inside) {
      const std::string start(kLimit - inside, 'x');
      const std::string shown = CleanMessage(start + std::string(character) + "yyyy", {});
      EXPECT_TRUE(base::IsValidUtf8(shown));
      const bool fits = inside == character.size();
      EXPECT_EQ(shown, fits ? start + std::string(character) : start) << inside;
    }
  }
}

TEST(CleanMessage, LosesControlCharactersAndBadBytes) {
  EXPECT_EQ(CleanMessage(std::string("a\0b", 3), {}), "ab");
  EXPECT_EQ(CleanMessage("a\r\nb\tc\x1B[31md\x7F", {}), "abc[31md");
  EXPECT_EQ(CleanMessage("a\xC2\x80\xC2\x85\xC2\x9F\xC2\xA0z", {}), "a\xC2\xA0z");
  EXPECT_EQ(CleanMessage("a\xFF\xC3", {}), "a");
  EXPECT_EQ(CleanMessage("a\xED\xA0\x80z", {}), "az");
  EXPECT_EQ(CleanMessage("\xC0\xAF\xF5\x80", {}), "");
}

TEST(CleanMessage, IsRedactedEvenWhereControlsOrBadBytesStandInAValue) {
  EXPECT_EQ(CleanMessage("no user\x01_12 here", {"user_12"}), "no [redacted] here");
  EXPECT_EQ(CleanMessage("no user\xFF_12 here", {"user_12"}), "no [redacted] here");
  EXPECT_EQ(CleanMessage("no user\xED\xB0\x80_12 here", {"user_12"}), "no [redacted] here");
}

// Wherever the limit cuts through a value, or its escaped form, no piece of it is left.
TEST(CleanMessage, ShowsNoPieceOfAValueThatTheLimitCuts) {
  for (const std::string_view written : {"qqwwee@zz", "qqwwee%40zz", "qqwwee\\u0040zz"}) {
    for (size_t before = kLimit - written.size() - 12; before <= kLimit + 2; ++before) {
      const std::string shown =
          CleanMessage(std::string(before, '.') + std::string(written) + "after", {"qqwwee@zz"});
      EXPECT_LE(shown.size(), kLimit);
      EXPECT_EQ(shown.find_first_of("qwz@%\\"), std::string::npos) << before << ' ' << shown;
    }
  }
}

TEST(CleanMessage, FindsAValueFarBehindTheLimitOfWhatIsShown) {
  const std::string value = "user_" + std::string(1000, '7');
  EXPECT_EQ(CleanMessage(value + " is unknown", {value}), "[redacted] is unknown");
}

// What was read of a long message ends within a value, which is then not found.
TEST(CleanMessage, ShowsNoPieceOfAValueThatRunsPastWhatIsRead) {
  const std::string value(1024, 'q');
  const std::pair<const char*, size_t> rows[] = {{"q", 1}, {"%71", 3}, {"\\u0071", 6}};
  for (const auto& [written, width] : rows) {
    std::string form;
    for (size_t i = 0; i < value.size(); ++i) form += written;
    for (const size_t back : {size_t{4}, 8 * width, 100 * width, 1000 * width, 1023 * width}) {
      if (back > 4096) continue;
      const std::string shown =
          CleanMessage(std::string(4096 - back, '.') + form + " end", {value});
      EXPECT_EQ(shown.find_first_of("q%\\"), std::string::npos) << written << ' ' << back;
    }
  }
}

TEST(CleanMessage, OfAnyLengthIsShownUpToItsLimit) {
  const std::string list = "not found: ";
  std::string message = list;
  while (message.size() < 60'000) message += "user_12, ";
  const std::string shown = CleanMessage(message, {"user_12"});
  EXPECT_EQ(shown.size(), kLimit);
  EXPECT_EQ(shown.substr(0, list.size() + 22), "not found: [redacted], [redacted]");
  EXPECT_EQ(shown.find("user"), std::string::npos);
}

TEST(Clean, TellsCodeAndMessageApart) {
  const CleanWords words = Clean({.code = "not_found", .message = "no user_12"}, {"user_12"});
  EXPECT_EQ(words.code, "not_found");
  EXPECT_EQ(words.message, "no [redacted]");
  const CleanWords no_code = Clean({.code = "x_user_12", .message = "no run"}, {"user_12"});
  EXPECT_EQ(no_code.code, "");
  EXPECT_EQ(no_code.message, "no run");
  // Both together are no value, and a message that cannot be shown costs the code nothing.
  EXPECT_EQ(Clean({.code = "user", .message = "_12 is"}, {"user_12"}).message, "_12 is");
  EXPECT_EQ(Clean({.code = "not_found", .message = "%25252525252561"}, {"user_12"}).code,
            "not_found");
}

struct Code {
  const char* name;
  std::string code;
  bool is_shown;
};

void PrintTo(const Code& code, std::ostream* out) { *out << code.name; }

class CleanCodeTest : public testing::TestWithParam<Code> {};

TEST_P(CleanCodeTest, ShowsOnlyWhatLooksLikeACode) {
  EXPECT_EQ(CleanCode(GetParam().code, {"user_12", "a"}),
            GetParam().is_shown ? GetParam().code : "");
}

INSTANTIATE_TEST_SUITE_P(
    Codes, CleanCodeTest,
    testing::Values(Code{"number", "400", true}, Code{"negative", "-7", true},
                    Code{"name", "Workflow.not-found_2", true}, Code{"empty", "", true},
                    Code{"at_limit", std::string(64, 'c'), true},
                    Code{"past_limit", std::string(65, 'c'), false},
                    Code{"space", "not found", false}, Code{"line_end", "400\n", false},
                    Code{"nul", std::string("4\0", 2), false}, Code{"percent", "a%40b", false},
                    Code{"url", "http://x", false}, Code{"not_ascii", "caf\xC3\xA9", false},
                    Code{"value", "user_12", false}, Code{"value_inside", "no.user_12.x", false},
                    Code{"value_in_capitals", "USER_12", false}),
    [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace suprsend_gateway::suprsend
