#include "service/gateway/rotating_credential.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "service/security/file_watch.h"
#include "tests/support/metrics_text.h"
#include "tests/support/temp_dir.h"
#include "tests/unit/workflow/scripted.h"

namespace suprsend_gateway::gateway {
namespace {

using ::testing::Contains;

class RotatingCredentialTest : public ::testing::Test {
 protected:
  void Put(const std::string& content) const {
    const std::string next = directory_.Write("next", content);
    ASSERT_EQ(std::rename(next.c_str(), directory_.Path("key").c_str()), 0);
  }
  void SetUp() override {
    Put("key_1");
    file_.emplace(*watch_, directory_.Path("key"));
    credential_.emplace(*file_, *file_->ReadFirst(), loop_, states_, log_);
  }
  // Has what was asked of the watch done.
  void RunWatch() {
    watch_->Start();
    watch_.reset();
  }
  // What Renew has answered once it has.
  std::optional<bool> Renew(std::shared_ptr<const suprsend::Credential> used) {
    answer_.reset();
    credential_->Renew(std::move(used), [this](bool is_replaced) { answer_ = is_replaced; });
    return answer_;
  }

  const testing::TempDir directory_;
  workflow::FakeScheduler loop_;
  telemetry::Metrics metrics_{"1"};
  FileStates states_{metrics_};
  telemetry::LogWriter log_{open("/dev/null", O_WRONLY | O_CLOEXEC)};  // Stays open.
  std::optional<security::KeyFile> file_;
  std::optional<RotatingCredential> credential_;
  // It looks by itself long after the test.
  std::unique_ptr<security::FileWatch> watch_ =
      std::make_unique<security::FileWatch>(std::chrono::hours(1));
  std::optional<bool> answer_;
};

TEST_F(RotatingCredentialTest, AKeyThatIsStillInTheFileIsNotReplaced) {
  EXPECT_EQ(Renew(credential_->Current()), std::nullopt) << "the file is not read yet";
  RunWatch();
  EXPECT_EQ(answer_, std::nullopt) << "not on the watch's thread";
  loop_.RunNext();
  EXPECT_EQ(answer_, false);
}

TEST_F(RotatingCredentialTest, AKeyThatIsNoLongerInTheFileIsReplacedForAllRequests) {
  const auto used = credential_->Current();
  Put("key_2");
  EXPECT_EQ(Renew(used), std::nullopt);
  RunWatch();
  loop_.RunNext();
  EXPECT_EQ(answer_, true);
  EXPECT_EQ(credential_->Current()->key, "key_2");
  EXPECT_THAT(credential_->Current()->headers->lines(), Contains("Authorization: Bearer key_2"));
  EXPECT_EQ(used->key, "key_1") << "whoever is using it goes on with it";

  // Late to hear of it: that needs no reading.
  EXPECT_EQ(Renew(used), true);
  EXPECT_EQ(loop_.waiting(), 0U);
}

TEST_F(RotatingCredentialTest, AFileWithoutAKeyReplacesNothing) {
  const auto used = credential_->Current();
  Put("");
  Renew(used);
  RunWatch();
  loop_.RunNext();
  EXPECT_EQ(answer_, false);
  EXPECT_EQ(credential_->Current(), used);
  EXPECT_EQ(
      testing::Sample(metrics_.Serialize(), "suprsend_gateway_file_ok", {{"file", "api_key"}}), 0);
}

}  // namespace
}  // namespace suprsend_gateway::gateway
