#include "tests/unit/config/command_line.h"

#include <gmock/gmock.h>

#include <chrono>

namespace suprsend_gateway::config {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

TEST_F(CommandLineTest, TheDefaultsAreSafe) {
  const Config config = ConfigOf({});
  EXPECT_EQ(ToString(config.listen), "127.0.0.1:50051");
  EXPECT_EQ(ToString(config.admin_listen), "127.0.0.1:9464");
  EXPECT_EQ(config.upstream_url, "https://hub.suprsend.com");
  EXPECT_EQ(config.upstream_ca_file, "");
  EXPECT_EQ(config.api_key_file, "/key");
  EXPECT_TRUE(config.reflection) << "loopback";
  EXPECT_EQ(config.default_deadline, seconds(10));
  EXPECT_EQ(config.max_deadline, seconds(30));
  EXPECT_EQ(config.connect_timeout, seconds(2));
}

TEST_F(CommandLineTest, EveryFlagIsReadInEitherForm) {
  const Config config = ConfigOf(
      {"--listen=[::1]:1", "--admin_listen", "0.0.0.0:2", "-upstream_url=http://localhost:3/p/",
       "--upstream_ca_file=/ca", "--api_key_file=/other", "--reflection=false",
       "--default_deadline=1s", "--max_deadline=2s", "--connect_timeout=3s"});
  EXPECT_EQ(ToString(config.listen), "[::1]:1");
  EXPECT_EQ(ToString(config.admin_listen), "0.0.0.0:2");
  EXPECT_EQ(config.upstream_url, "http://localhost:3/p");
  EXPECT_EQ(config.upstream_ca_file, "/ca");
  EXPECT_EQ(config.api_key_file, "/other") << "the later one wins";
  EXPECT_FALSE(config.reflection);
  EXPECT_EQ(config.default_deadline, seconds(1));
  EXPECT_EQ(config.max_deadline, seconds(2));
  EXPECT_EQ(config.connect_timeout, seconds(3));
}

TEST_F(CommandLineTest, TheKeyFileIsRequired) {
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{}, std::vector<std::string>{"--api_key_file="}}) {
    const Parsed parsed = Parse(arguments);
    EXPECT_EQ(parsed.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(parsed.status().message()),
                ::testing::AllOf(StartsWith("--api_key_file="), HasSubstr("required")));
  }
}

TEST_F(CommandLineTest, PlaintextBeyondLoopbackMustBeAllowed) {
  for (const char* listen : {"0.0.0.0:1", "[::]:1", "10.0.0.1:0"}) {
    const std::string flag = std::string("--listen=") + listen;
    EXPECT_THAT(ErrorOf({flag}), StartsWith(flag + ": only a loopback address is allowed"));
    const Config config = ConfigOf({flag, "--allow_plaintext_listen"});
    EXPECT_EQ(ToString(config.listen), listen);
    EXPECT_FALSE(config.reflection) << "auto, beyond loopback";
    EXPECT_NE(ErrorOf({flag, "--noallow_plaintext_listen"}), "");
    EXPECT_NE(ErrorOf({flag, "--allow_plaintext_listen=false"}), "");
  }
}

TEST_F(CommandLineTest, ReflectionIsOnOffOrAuto) {
  const std::string anywhere = "--listen=0.0.0.0:1";
  const std::string allowed = "--allow_plaintext_listen=true";
  EXPECT_TRUE(ConfigOf({anywhere, allowed, "--reflection=true"}).reflection);
  EXPECT_FALSE(ConfigOf({anywhere, allowed, "--reflection=auto"}).reflection);
  EXPECT_FALSE(ConfigOf({"--reflection=false"}).reflection);
  EXPECT_TRUE(ConfigOf({"--reflection=auto"}).reflection);
}

TEST_F(CommandLineTest, AListenAddressThatIsNoneIsNamed) {
  for (const char* flag : {"listen", "admin_listen"}) {
    for (const char* value : {"", "50051", "example.com:1", "127.0.0.1:65536"}) {
      const std::string argument = std::string("--") + flag + "=" + value;
      EXPECT_THAT(ErrorOf({argument}), StartsWith(argument + ": must be IP:port"));
    }
  }
}

TEST_F(CommandLineTest, PlainHttpBeyondLoopbackMustBeAllowed) {
  for (const char* url : {"http://hub.example", "http://localhost.example:80",
                          "http://127.0.0.1.example/", "http://0.0.0.0:1", "http://[::2]/"}) {
    const std::string flag = std::string("--upstream_url=") + url;
    EXPECT_THAT(ErrorOf({flag}), StartsWith(flag + ": plain http is allowed to a loopback"));
    EXPECT_THAT(url, StartsWith(ConfigOf({flag, "--allow_plaintext_upstream"}).upstream_url));
  }
}

TEST_F(CommandLineTest, APasswordInTheUrlIsNotRepeated) {
  const std::string error = ErrorOf({"--upstream_url=https://user:hunter2@hub.example"});
  EXPECT_THAT(error, StartsWith("--upstream_url=(not shown): must be http:// or https://"));
  EXPECT_THAT(error, Not(HasSubstr("hunter2")));
}

struct DurationCase {
  const char* flag;
  std::chrono::nanoseconds Config::*member;
  const char* least;
  std::chrono::nanoseconds least_value;
  const char* below;
  const char* most;
  std::chrono::nanoseconds most_value;
  const char* above;
};

TEST_F(CommandLineTest, DurationsHaveLimits) {
  const DurationCase cases[] = {
      {"--max_deadline=", &Config::max_deadline, "100ms", milliseconds(100), "99.999999ms", "10m",
       minutes(10), "10m1ns"},
      {"--default_deadline=", &Config::default_deadline, "0.1s", milliseconds(100), "99ms", "600s",
       minutes(10), "601s"},
      {"--connect_timeout=", &Config::connect_timeout, "10ms", milliseconds(10), "9ms", "1m",
       minutes(1), "1m1ms"},
  };
  for (const DurationCase& c : cases) {
    const std::string flag = c.flag;
    EXPECT_EQ(ConfigOf({flag + c.least}).*c.member, c.least_value) << flag;
    EXPECT_EQ(ConfigOf({flag + c.most}).*c.member, c.most_value) << flag;
    for (const char* bad : {c.below, c.above, "", "0", "5", "-1s", "inf", "-inf", "nan", "1 s",
                            "1d", "1s;", "s", "soon", "99999999999999999999h"}) {
      EXPECT_THAT(ErrorOf({flag + bad}), StartsWith(flag + bad + ": must be a duration from "));
    }
  }
}

TEST_F(CommandLineTest, ABooleanThatIsNoneIsNamed) {
  for (const char* name : {"--allow_plaintext_listen", "--allow_plaintext_upstream"}) {
    for (const char* value : {"maybe", "2", "ja"}) {
      const std::string flag = std::string(name) + "=" + value;
      EXPECT_EQ(ErrorOf({flag}), flag + ": must be true or false");
    }
  }
}

TEST_F(CommandLineTest, WhatIsNoFlagIsNamed) {
  EXPECT_THAT(ErrorOf({"serve"}), StartsWith("'serve' is no flag"));
  EXPECT_THAT(ErrorOf({"--", "--listen=0.0.0.0:1"}), StartsWith("'--listen=0.0.0.0:1' is no flag"));
  EXPECT_THAT(ErrorOf({"--allow_plaintext_listen", "true"}), StartsWith("'true' is no flag"));
}

// abseil's own errors, before ours are looked for.
TEST_F(CommandLineTest, UnknownFlagsAndBadTogglesEndTheProcess) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(ParseWithKey({"--lisen=127.0.0.1:1"}).IgnoreError(), ::testing::ExitedWithCode(1),
              "lisen");
  EXPECT_EXIT(ParseWithKey({"--api_key=secret"}).IgnoreError(), ::testing::ExitedWithCode(1),
              "api_key");
  EXPECT_EXIT(ParseWithKey({"--reflection=maybe"}).IgnoreError(), ::testing::ExitedWithCode(1),
              "must be true, false or auto");
}

}  // namespace
}  // namespace suprsend_gateway::config
