// The API key's file is replaced while the gateway serves.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <ctime>
#include <string>
#include <utility>
#include <vector>

#include "tests/integration/key_rotation_harness.h"
#include "tests/support/metrics_text.h"

namespace suprsend_gateway::testing {
namespace {

using ::testing::AllOf;
using ::testing::Gt;
using ::testing::HasSubstr;
using ::testing::Lt;

constexpr char kFileOk[] = "suprsend_gateway_file_ok";
constexpr char kInfo[] = "suprsend_gateway_api_key_info";
constexpr char kLoaded[] = "suprsend_gateway_api_key_loaded_timestamp_seconds";
// `printf canary_key_1 | sha256sum`
constexpr char kFingerprintOf1[] = "95b648c3";
constexpr char kFingerprintOf2[] = "0a7ae57a";

TEST_F(KeyRotation, ARenamedFileIsInUseSoonAndIsTold) {
  const auto now = static_cast<double>(std::time(nullptr));
  keys_.Accept({Key(1), Key(2)});
  Put(Key(1));
  Start();
  EXPECT_THAT(gateway_->ready_line(), HasSubstr(std::string(", API key ") + kFingerprintOf1));
  const std::string before = gateway_->Metrics();
  EXPECT_EQ(Sample(before, kInfo, {{"fingerprint", kFingerprintOf1}}), 1);
  EXPECT_EQ(Sample(before, kFileOk, {{"file", "api_key"}}), 1);
  EXPECT_THAT(Sample(before, kLoaded).value_or(0), AllOf(Gt(now - 1), Lt(now + 60)));
  EXPECT_TRUE(Call().ok());

  Put(Key(2) + "\n");
  ExpectInUseSoon(Key(2));
  EXPECT_TRUE(WaitForLog(std::string("suprsend-gateway: API key ") + kFingerprintOf2 +
                         " replaces " + kFingerprintOf1));
  const std::string after = gateway_->Metrics();
  EXPECT_EQ(Sample(after, kInfo, {{"fingerprint", kFingerprintOf2}}), 1);
  EXPECT_EQ(SampleSum(after, kInfo), 1) << "the old one is gone";
  EXPECT_GT(Sample(after, kLoaded), Sample(before, kLoaded));
}

// As Kubernetes mounts a Secret: only the link ..data is replaced.
TEST_F(KeyRotation, TheSwapOfALinkOnTheWayIsInUseSoon) {
  keys_.Accept({Key(1), Key(2)});
  for (const auto& [directory, key] : {std::pair("..one", Key(1)), std::pair("..two", Key(2))}) {
    ASSERT_EQ(mkdir(secret_.Path(directory).c_str(), 0700), 0);
    secret_.Write(std::string(directory) + "/key", key);
  }
  ASSERT_EQ(symlink("..one", secret_.Path("..data").c_str()), 0);
  ASSERT_EQ(symlink("..data/key", secret_.Path("key").c_str()), 0);
  Start();
  EXPECT_TRUE(Call().ok());
  EXPECT_TRUE(keys_.HasTaken(Key(1)));
  ASSERT_EQ(symlink("..two", secret_.Path("..data_tmp").c_str()), 0);
  ASSERT_EQ(std::rename(secret_.Path("..data_tmp").c_str(), secret_.Path("..data").c_str()), 0);
  ExpectInUseSoon(Key(2));
}

TEST_F(KeyRotation, AFileWithoutAKeyLeavesTheLastGoodOneInUse) {
  keys_.Accept({Key(1)});
  Put(Key(1));
  Start();
  const std::string stays = std::string("; API key ") + kFingerprintOf1 + " stays in use";
  const std::vector<std::pair<std::string, std::string>> faults = {
      {"", "holds no key"},
      {"canary_a canary_b", "holds characters that no key has"},
      {std::string(5'000, 'k'), "is longer than"}};
  for (const auto& [content, words] : faults) {
    SCOPED_TRACE(words);
    Put(content);
    EXPECT_TRUE(WaitForLog(words));
    EXPECT_TRUE(WaitUntil([&] {
      return Sample(gateway_->Metrics(), kFileOk, {{"file", "api_key"}}) == 0;
    }));
    EXPECT_TRUE(Call().ok());
    Put(Key(1));
    EXPECT_TRUE(WaitUntil([&] {
      return Sample(gateway_->Metrics(), kFileOk, {{"file", "api_key"}}) == 1;
    }));
  }
  ASSERT_EQ(unlink(secret_.Path("key").c_str()), 0);
  EXPECT_TRUE(WaitForLog("cannot read"));
  EXPECT_TRUE(WaitForLog("--api_key_file is well again"));
  EXPECT_TRUE(Call().ok());
  EXPECT_EQ(Sample(gateway_->Metrics(), kInfo, {{"fingerprint", kFingerprintOf1}}), 1);

  const std::string log = gateway_->process().Stderr();
  size_t count = 0;
  for (size_t at = log.find(stays); at != log.npos; at = log.find(stays, at + 1)) ++count;
  EXPECT_EQ(count, faults.size() + 1) << log;
}

}  // namespace
}  // namespace suprsend_gateway::testing
