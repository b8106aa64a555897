#include "tests/emulator/json.h"

#include <gtest/gtest.h>

namespace suprsend_gateway::emulator {
namespace {

std::string Nested(int depth) {
  return std::string(static_cast<size_t>(depth), '[') +
         std::string(static_cast<size_t>(depth), ']');
}

TEST(ParseJsonTest, DepthAtTheLimitAndPastIt) {
  EXPECT_TRUE(ParseJson(Nested(kMaxJsonDepth), Utf8::kRequired).ok());
  EXPECT_FALSE(ParseJson(Nested(kMaxJsonDepth + 1), Utf8::kRequired).ok());
  EXPECT_FALSE(ParseJson(std::string(1'000'000, '['), Utf8::kRequired).ok());
  const std::string in_a_string = '"' + std::string(1000, '[') + R"(\")" + "[\"";
  EXPECT_TRUE(ParseJson(in_a_string, Utf8::kRequired).ok());
}

TEST(ParseJsonTest, InvalidUtf8OnlyWhereAllowed) {
  EXPECT_FALSE(ParseJson("\"\xff\"", Utf8::kRequired).ok());
  EXPECT_TRUE(ParseJson("\"\xff\"", Utf8::kAnyBytes).ok());
}

TEST(ToValidUtf8Test, ReplacesEachBadByte) {
  const std::string bad = "\xEF\xBF\xBD";
  EXPECT_EQ(ToValidUtf8("a\xC3\xA9\xF0\x9F\x98\x80"), "a\xC3\xA9\xF0\x9F\x98\x80");
  EXPECT_EQ(ToValidUtf8("a\xff"
                        "b"),
            "a" + bad + "b");
  EXPECT_EQ(ToValidUtf8("\xC3"), bad);
  EXPECT_EQ(ToValidUtf8("\xE2\x82"), bad + bad);
  EXPECT_EQ(ToValidUtf8("\xC0\x80"), bad + bad);
  EXPECT_EQ(ToValidUtf8(std::string("\0", 1)), std::string("\0", 1));
}

}  // namespace
}  // namespace suprsend_gateway::emulator
