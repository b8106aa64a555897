#include <gmock/gmock.h>

#include <chrono>
#include <climits>
#include <filesystem>
#include <map>
#include <string>

#include "service/config/memory.h"
#include "tests/support/temp_dir.h"
#include "tests/unit/config/command_line.h"

namespace suprsend_gateway::config {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::EndsWith;
using ::testing::StartsWith;

TEST_F(CommandLineTest, TheDefaultsOfRetryAndDrainAreThoseOfTheDesign) {
  const Config config = ConfigOf({});
  EXPECT_EQ(config.max_attempts, 3);
  EXPECT_EQ(config.attempt_timeout, seconds(5));
  EXPECT_EQ(config.retry_budget_percent, 20);
  EXPECT_EQ(config.max_in_flight, DefaultMaxInFlight(UsableMemory()));
  EXPECT_EQ(config.max_memory_mib, DefaultMaxMemoryMib(UsableMemory(), config.max_in_flight));
  EXPECT_EQ(config.breaker_failure_percent, 50);
  EXPECT_EQ(config.breaker_min_attempts, 20);
  EXPECT_EQ(config.breaker_window, seconds(10));
  EXPECT_EQ(config.breaker_probe_interval, seconds(2));
  EXPECT_EQ(config.drain_delay, seconds(5));
  EXPECT_EQ(config.drain_timeout, seconds(30));
}

struct NumberCase {
  const char* flag;
  int Config::*member;
  int least;
  int most;
};

TEST_F(CommandLineTest, NumbersHaveLimits) {
  const NumberCase cases[] = {
      {"--max_attempts=", &Config::max_attempts, 1, 10},
      {"--retry_budget_percent=", &Config::retry_budget_percent, 0, 100},
      {"--max_in_flight=", &Config::max_in_flight, 1, 1'000'000},
      {"--max_memory_mib=", &Config::max_memory_mib, 64, 1'000'000},
      {"--breaker_failure_percent=", &Config::breaker_failure_percent, 0, 100},
      {"--breaker_min_attempts=", &Config::breaker_min_attempts, 1, 1'000'000},
  };
  for (const NumberCase& c : cases) {
    const std::string flag = c.flag;
    EXPECT_EQ(ConfigOf({flag + std::to_string(c.least)}).*c.member, c.least) << flag;
    EXPECT_EQ(ConfigOf({flag + std::to_string(c.most)}).*c.member, c.most) << flag;
    for (const std::string& bad :
         {std::to_string(c.least - 1), std::to_string(c.most + 1), std::string(), std::string("-1"),
          std::string("1.5"), std::string("0x1"), std::string("many"), std::string("10%"),
          std::to_string(LLONG_MAX)}) {
      EXPECT_THAT(ErrorOf({flag + bad}),
                  StartsWith(flag + bad + ": must be a whole number from " +
                             std::to_string(c.least) + " to " + std::to_string(c.most)));
    }
  }
  EXPECT_THAT(ErrorOf({"--max_in_flight=none"}), EndsWith(", or auto"));
  EXPECT_GT(ConfigOf({"--max_in_flight=auto"}).max_in_flight, 0);
  EXPECT_THAT(ErrorOf({"--max_memory_mib=none"}), EndsWith(", or auto"));
  EXPECT_EQ(ConfigOf({"--max_memory_mib=auto"}).max_memory_mib, ConfigOf({}).max_memory_mib);
}

TEST_F(CommandLineTest, DrainMayTakeNoTimeAtAll) {
  for (const std::string flag : {"--drain_delay=", "--drain_timeout="}) {
    for (const std::string good : {"0s", "0", "10m"}) EXPECT_EQ(ErrorOf({flag + good}), "");
    for (const std::string bad : {"-1ns", "10m1ns", "5", "inf", ""}) {
      EXPECT_THAT(ErrorOf({flag + bad}),
                  StartsWith(flag + bad + ": must be a duration from 0s to 10m"));
    }
  }
  EXPECT_EQ(ConfigOf({"--drain_delay=0s"}).drain_delay.count(), 0);
}

TEST_F(CommandLineTest, TimesOfAttemptsAndTheBreakerHaveLimits) {
  EXPECT_EQ(ConfigOf({"--attempt_timeout=100ms"}).attempt_timeout, milliseconds(100));
  EXPECT_EQ(ConfigOf({"--breaker_window=10m"}).breaker_window, minutes(10));
  EXPECT_EQ(ConfigOf({"--breaker_probe_interval=10ms"}).breaker_probe_interval, milliseconds(10));
  for (const char* bad :
       {"--attempt_timeout=99ms", "--attempt_timeout=10m1ns", "--breaker_window=99ms",
        "--breaker_window=11m", "--breaker_probe_interval=9ms", "--breaker_probe_interval=61s"}) {
    EXPECT_THAT(ErrorOf({bad}), StartsWith(std::string(bad) + ": must be a duration from "));
  }
}

TEST(MaxInFlight, IsHalfOfTheMemoryWithinItsBounds) {
  constexpr int64_t kMiB = int64_t{1} << 20;
  EXPECT_EQ(DefaultMaxInFlight(0), 100);
  EXPECT_EQ(DefaultMaxInFlight(12 * kMiB), 100);
  EXPECT_EQ(DefaultMaxInFlight(256 * kMiB), 2048);
  EXPECT_EQ(DefaultMaxInFlight(1024 * kMiB), 8192);
  EXPECT_EQ(DefaultMaxInFlight(2500 * kMiB), 20'000);
  EXPECT_EQ(DefaultMaxInFlight(INT64_MAX), 20'000);
}

TEST(MaxMemory, IsWhatTheCallsNeedButNeverAllThereIs) {
  constexpr int64_t kGiB = int64_t{1} << 30;
  EXPECT_EQ(DefaultMaxMemoryMib(64 * kGiB, 20'000), 256 + 1250);
  EXPECT_EQ(DefaultMaxMemoryMib(64 * kGiB, 1), 256);
  EXPECT_EQ(DefaultMaxMemoryMib(kGiB / 2, 4096), 256);
  EXPECT_EQ(DefaultMaxMemoryMib(kGiB / 4, 2048), 128);
  EXPECT_EQ(DefaultMaxMemoryMib(0, 100), 64);
}

class UsableMemoryTest : public ::testing::Test {
 protected:
  // With these files in the file system of control groups, for a process in these groups.
  static int64_t Usable(const std::map<std::string, std::string>& files,
                        const std::string& groups) {
    const testing::TempDir root;
    for (const auto& [path, content] : files) {
      std::filesystem::create_directories(std::filesystem::path(root.Path(path)).parent_path());
      root.Write(path, content);
    }
    return UsableMemory(root.path(), root.Write("membership", groups));
  }

  const int64_t machine_ = Usable({}, "0::/\n");
};

TEST_F(UsableMemoryTest, IsTheMachinesWithoutALimit) {
  EXPECT_GT(machine_, int64_t{64} << 20);
  EXPECT_EQ(Usable({{"memory.max", "max\n"}}, "0::/\n"), machine_);
  EXPECT_EQ(Usable({{"memory.max", "9223372036854771712\n"}}, "0::/\n"), machine_);
  EXPECT_EQ(Usable({{"memory.max", "1\n"}}, "no groups"), machine_);
  EXPECT_EQ(Usable({{"memory.max", "max\n"}}, "0::no_path\n"), machine_);
}

TEST_F(UsableMemoryTest, IsTheLimitOfTheControlGroup) {
  EXPECT_EQ(Usable({{"memory.max", "134217728\n"}}, "0::/\n"), 134217728);
  EXPECT_EQ(Usable({{"memory/memory.limit_in_bytes", "134217728\n"}}, "4:memory:/\n0::/\n"),
            134217728);
}

TEST_F(UsableMemoryTest, IsTheLeastOfTheGroupsAroundIt) {
  const std::map<std::string, std::string> files = {
      {"a/memory.max", "20000000\n"},
      {"a/b/memory.max", "max\n"},
      {"a/b/c/memory.max", "30000000\n"},
      {"other/memory.max", "1\n"},
      {"memory/d/memory.limit_in_bytes", "5000000\n"}};
  EXPECT_EQ(Usable(files, "0::/a/b/c\n"), 20000000);
  EXPECT_EQ(Usable(files, "0::/a/b\n"), 20000000);
  EXPECT_EQ(Usable(files, "1:cpu:/other\n4:memory:/d/e\n0::/a/b\n"), 5000000);
  EXPECT_EQ(Usable(files, "0::/not/seen/from/here\n"), machine_);
}

}  // namespace
}  // namespace suprsend_gateway::config
