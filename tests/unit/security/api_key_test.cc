#include "service/security/api_key.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>

#include "tests/support/temp_dir.h"

namespace suprsend_gateway::security {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class ApiKeyTest : public ::testing::Test {
 protected:
  // The key in a file of that content; empty with a failed test where there is none.
  std::string KeyIn(const std::string& content) {
    const auto key = ReadApiKeyFile(directory_.Write("key", content));
    EXPECT_TRUE(key.ok()) << key.status();
    return key.ok() ? key->Reveal() : "";
  }

  std::string ErrorFor(const std::string& path) {
    const auto key = ReadApiKeyFile(path);
    EXPECT_FALSE(key.ok());
    EXPECT_THAT(std::string(key.status().message()), HasSubstr(path)) << "names the file";
    return std::string(key.status().message());
  }

  std::string ErrorIn(const std::string& content) {
    return ErrorFor(directory_.Write("key", content));
  }

  const testing::TempDir directory_;
};

TEST_F(ApiKeyTest, IsWhatTheFileHolds) { EXPECT_EQ(KeyIn("SS.abc-123_~!"), "SS.abc-123_~!"); }

TEST_F(ApiKeyTest, HasNoWhiteSpaceAround) {
  for (const char* content : {"key\n", "key\r\n", "key\r\n\r\n", "\n\nkey", " \t\v\f key \t\n"}) {
    EXPECT_EQ(KeyIn(content), "key");
  }
}

TEST_F(ApiKeyTest, ALinkToAFileIsAFile) {
  directory_.Write("target", "key\n");
  ASSERT_EQ(symlink("target", directory_.Path("link").c_str()), 0);
  const auto key = ReadApiKeyFile(directory_.Path("link"));
  ASSERT_TRUE(key.ok()) << key.status();
  EXPECT_EQ(key->Reveal(), "key");
}

TEST_F(ApiKeyTest, AFileWithoutAKeyIsRefused) {
  for (const char* content : {"", "\n", " ", "\r\n\t\v\f \r\n"}) {
    EXPECT_THAT(ErrorIn(content), HasSubstr("holds no key"));
  }
}

TEST_F(ApiKeyTest, OnlyVisibleAsciiOnOneLineIsAKeyAndAnErrorShowsNoneOfIt) {
  const std::string cases[] = {
      "hunter2 hunter3",
      "hunter2\thunter3",
      "hunter2\nhunter3\n",
      "hunter2\r\nX-Header: hunter3",
      "hunter2\rhunter3",
      std::string("hunter2\0", 8),
      std::string("\0hunter2", 8),
      "\x01hunter2",
      "hunter2\x7f",
      "hunter2\x1b[0m",
      "\xef\xbb\xbfhunter2",
      "hunter2\xc3\xa9",
      "hunter2\xc2\xa0",
      "hunter2\xff",
  };
  for (const std::string& content : cases) {
    const std::string error = ErrorIn(content);
    EXPECT_THAT(error, HasSubstr("only visible ASCII is allowed, on one line"));
    EXPECT_THAT(error, Not(HasSubstr("hunter")));
  }
}

TEST_F(ApiKeyTest, AFileAtTheLimitIsReadAndOnePastItRefused) {
  const std::string longest(kMaxApiKeyBytes, 'k');
  EXPECT_EQ(KeyIn(longest), longest);
  EXPECT_EQ(KeyIn(longest.substr(1) + "\n"), longest.substr(1));
  for (const std::string& content :
       {longest + "k", longest + "\n", std::string(1 << 20, 'k'), std::string(1 << 20, '\n')}) {
    const std::string error = ErrorIn(content);
    EXPECT_THAT(error, HasSubstr("is longer than 4096 bytes"));
    EXPECT_THAT(error, Not(HasSubstr("kk")));
  }
}

TEST_F(ApiKeyTest, AMissingFileIsAnError) {
  EXPECT_THAT(ErrorFor(directory_.Path("missing")), HasSubstr("cannot read"));
  EXPECT_EQ(ReadApiKeyFile(directory_.Path("missing")).status().code(),
            absl::StatusCode::kNotFound);
  EXPECT_FALSE(ReadApiKeyFile("").ok());
}

TEST_F(ApiKeyTest, ADanglingLinkIsAnError) {
  ASSERT_EQ(symlink("missing", directory_.Path("link").c_str()), 0);
  EXPECT_THAT(ErrorFor(directory_.Path("link")), HasSubstr("cannot read"));
}

TEST_F(ApiKeyTest, ADirectoryIsNoFile) {
  EXPECT_THAT(ErrorFor(directory_.path()), HasSubstr("is not a regular file"));
}

// Whoever opens it waits for its writer, unless care is taken.
TEST_F(ApiKeyTest, APipeIsNoFile) {
  const std::string path = directory_.Path("pipe");
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  EXPECT_THAT(ErrorFor(path), HasSubstr("is not a regular file"));
}

TEST_F(ApiKeyTest, ADeviceIsNoFile) {
  EXPECT_THAT(ErrorFor("/dev/zero"), HasSubstr("is not a regular file"));
  EXPECT_THAT(ErrorFor("/dev/null"), HasSubstr("is not a regular file"));
}

// `printf key_1 | sha256sum`
TEST(FingerprintTest, IsTheStartOfTheSha256) {
  EXPECT_EQ(FingerprintOf(ApiKey("key_1")), "0c08dbd4");
  EXPECT_NE(FingerprintOf(ApiKey("key_1")), FingerprintOf(ApiKey("key_2")));
}

}  // namespace
}  // namespace suprsend_gateway::security
