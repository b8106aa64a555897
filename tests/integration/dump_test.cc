// What of the gateway's memory gets out.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <set>
#include <string>

#include "tests/support/gateway.h"
#include "tests/support/sanitizer.h"

namespace suprsend_gateway::testing {
namespace {

using ::testing::ContainsRegex;

std::set<std::string> FilesHere() {
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(".")) {
    names.insert(entry.path().filename());
  }
  return names;
}

TEST(DumpTest, AGatewayThatAbortsLeavesNoCore) {
  rlimit limit{};
  ASSERT_EQ(getrlimit(RLIMIT_CORE, &limit), 0);
  limit.rlim_cur = limit.rlim_max;  // The gateway inherits it.
  ASSERT_EQ(setrlimit(RLIMIT_CORE, &limit), 0);
  const std::set<std::string> before = FilesHere();
  Gateway gateway("http://127.0.0.1:9/");
  EXPECT_THAT(ReadFile("/proc/" + std::to_string(gateway.process().pid()) + "/limits"),
              ContainsRegex("Max core file size +0 +0 "));
  gateway.process().Signal(SIGABRT);
  EXPECT_EQ(gateway.process().WaitForExit(kPatience), 128 + SIGABRT);
  EXPECT_EQ(FilesHere(), before);
  gateway.Kill();
}

// The kernel gives the files in /proc of a process that may not be dumped to root. (Root itself
// sees no difference. Under ASan such a process can be dumped, for LeakSanitizer's sake.)
TEST(DumpTest, AnotherProcessOfTheSameUserCannotReadItsMemory) {
  Gateway gateway("http://127.0.0.1:9/");
  struct stat info;
  ASSERT_EQ(stat(("/proc/" + std::to_string(gateway.process().pid()) + "/mem").c_str(), &info), 0);
  EXPECT_EQ(info.st_uid, kAddressSanitizer ? geteuid() : 0);
}

}  // namespace
}  // namespace suprsend_gateway::testing
