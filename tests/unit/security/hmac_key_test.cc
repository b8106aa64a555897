#include "service/security/hmac_key.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <concepts>
#include <ostream>
#include <string>

#include "tests/support/temp_dir.h"

namespace suprsend_gateway::security {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

template <typename T>
concept Printable = requires(std::ostream& out, const T& value) {
  out << value;
};

static_assert(Printable<std::string>);
static_assert(!std::equality_comparable<HmacKey>);
static_assert(!Printable<HmacKey>);
static_assert(!std::convertible_to<HmacKey, std::string>);

// RFC 4231, test cases 1, 2, 3, 6 and 7.
TEST(HmacKeyTest, MakesTheHmacsOfTheStandard) {
  EXPECT_EQ(HmacKey(std::string(20, '\x0b')).HexHmacSha256("Hi There"),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(HmacKey("Jefe").HexHmacSha256("what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(HmacKey(std::string(20, '\xaa')).HexHmacSha256(std::string(50, '\xdd')),
            "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
  const HmacKey longer_than_a_block(std::string(131, '\xaa'));
  EXPECT_EQ(
      longer_than_a_block.HexHmacSha256("Test Using Larger Than Block-Size Key - Hash Key First"),
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
  EXPECT_EQ(longer_than_a_block.HexHmacSha256(
                "This is a test using a larger than block-size key and a larger than block-size "
                "data. The key needs to be hashed before being used by the HMAC algorithm."),
            "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2");
}

TEST(HmacKeyTest, AnyTextHasAnHmac) {
  const HmacKey key("0123456789abcdef");
  const std::string texts[] = {"", std::string("a\0b", 3), "\xff", std::string(1 << 20, 'x')};
  for (const std::string& text : texts) {
    EXPECT_THAT(key.HexHmacSha256(text), MatchesRegex("[0-9a-f]{64}"));
  }
  EXPECT_NE(key.HexHmacSha256(texts[1]), key.HexHmacSha256("a"));
}

class HmacKeyFileTest : public ::testing::Test {
 protected:
  std::string ErrorFor(const std::string& path) {
    const auto key = ReadHmacKeyFile(path);
    EXPECT_FALSE(key.ok());
    EXPECT_THAT(std::string(key.status().message()), HasSubstr(path)) << "names the file";
    return std::string(key.status().message());
  }

  std::string ErrorIn(const std::string& content) {
    return ErrorFor(directory_.Write("key", content));
  }

  // Whether the file's key is that one.
  bool Holds(const std::string& content, const std::string& key) {
    const auto got = ReadHmacKeyFile(directory_.Write("key", content));
    EXPECT_TRUE(got.ok()) << got.status();
    return got.ok() && got->HexHmacSha256("text") == HmacKey(key).HexHmacSha256("text");
  }

  const testing::TempDir directory_;
};

TEST_F(HmacKeyFileTest, TheKeyIsTheCharactersWithoutTheWhiteSpaceAround) {
  const std::string hex = "6b6f8f0e5a1a4a2f9d0f3a7c5e1b2d4f6b6f8f0e5a1a4a2f9d0f3a7c5e1b2d4f";
  EXPECT_TRUE(Holds(hex, hex));
  EXPECT_TRUE(Holds(hex + "\n", hex));
  EXPECT_TRUE(Holds(" \t" + hex + "\r\n\n", hex));
}

TEST_F(HmacKeyFileTest, AKeyAtTheLeastLengthIsTakenAndOneUnderItRefused) {
  const std::string shortest(kMinHmacKeyBytes, 'k');
  EXPECT_TRUE(Holds(shortest + "\n", shortest));
  for (const std::string& content : {shortest.substr(1), shortest.substr(1) + "\n\n"}) {
    const std::string error = ErrorIn(content);
    EXPECT_THAT(error, HasSubstr("holds a key of fewer than 16 bytes"));
    EXPECT_THAT(error, HasSubstr("openssl rand -hex 32"));
    EXPECT_THAT(error, Not(HasSubstr("kk")));
  }
}

TEST_F(HmacKeyFileTest, AFileAtTheLimitIsReadAndOnePastItRefused) {
  const std::string longest(kMaxHmacKeyFileBytes, 'k');
  EXPECT_TRUE(Holds(longest, longest));
  EXPECT_THAT(ErrorIn(longest + "\n"), HasSubstr("is longer than 4096 bytes"));
}

TEST_F(HmacKeyFileTest, WhatIsNoKeyFileIsRefusedAndAnErrorShowsNoneOfIt) {
  EXPECT_THAT(ErrorIn(""), HasSubstr("holds no key"));
  EXPECT_THAT(ErrorFor(directory_.Path("missing")), HasSubstr("cannot read"));
  EXPECT_THAT(ErrorFor(directory_.path()), HasSubstr("is not a regular file"));
  ASSERT_EQ(mkfifo(directory_.Path("pipe").c_str(), 0600), 0);
  EXPECT_THAT(ErrorFor(directory_.Path("pipe")), HasSubstr("is not a regular file"));
  for (const char* content : {"hunter2hunter2hunter2 hunter2", "hunter2hunter2\nhunter2",
                              "hunter2hunter2hunter2\xc3\xa9"}) {
    const std::string error = ErrorIn(content);
    EXPECT_THAT(error, HasSubstr("only visible ASCII is allowed, on one line"));
    EXPECT_THAT(error, Not(HasSubstr("hunter")));
  }
}

}  // namespace
}  // namespace suprsend_gateway::security
