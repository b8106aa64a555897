#include "service/telemetry/audit_log.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <filesystem>
#include <future>
#include <thread>
#include <utility>

#include "tests/unit/telemetry/audit_log_fixture.h"

namespace suprsend_gateway::telemetry {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Threads that write records with the ids "0:0", "0:1" and so on, until they are stopped or the
// queue might overflow.
class Writers {
 public:
  explicit Writers(AuditLog& log) {
    for (size_t t = 0; t < counts_.size(); ++t) {
      threads_.emplace_back([this, &log, t] {
        while (!is_stopping_ && counts_[t] < 5000) {
          log.Write({.request_id = std::to_string(t) + ":" + std::to_string(counts_[t]++)});
        }
      });
    }
  }

  void Stop() {
    is_stopping_ = true;
    threads_.clear();
  }

  // Those are all that the stopped threads have written, once, and in each thread's order.
  void ExpectAllIn(const std::vector<std::string>& ids) const {
    std::array<int, 8> next = {};
    for (const std::string& id : ids) {
      const auto t = static_cast<size_t>(id[0] - '0');
      EXPECT_EQ(id, std::to_string(t) + ":" + std::to_string(next.at(t)++));
    }
    EXPECT_EQ(next, counts_);
  }

 private:
  std::atomic<bool> is_stopping_ = false;
  std::array<int, 8> counts_ = {};  // Each its thread's.
  std::vector<std::jthread> threads_;
};

TEST_F(AuditLogTest, WritesALineARecordInOrderAndAllOfThemByItsEnd) {
  Open(path_);
  Write("one");
  Write("two");
  Write("three");
  log_.reset();
  EXPECT_THAT(IdsInFile(path_), ElementsAre("one", "two", "three"));
  EXPECT_EQ(Counted("written"), 3);
  EXPECT_EQ(Counted("dropped"), 0);
  EXPECT_FALSE(IsFailingInMetrics());
  EXPECT_EQ(changes_.left(), 0u);
}

TEST_F(AuditLogTest, ItsEndWithNothingWrittenIsSilent) {
  Open(path_);
  EXPECT_FALSE(log_->is_failing());
  EXPECT_EQ(log_->dropped(), 0u);
  log_.reset();
  EXPECT_THAT(IdsInFile(path_), IsEmpty());
  EXPECT_EQ(changes_.left(), 0u);
}

TEST_F(AuditLogTest, AFileThatCannotBeOpenedIsAnError) {
  const auto log = AuditLog::Open(
      directory_.path(), [](std::string_view) { return ""; }, changes_.Callback(), metrics_);
  ASSERT_FALSE(log.ok());
  EXPECT_THAT(std::string(log.status().message()), HasSubstr("cannot open " + directory_.path()));
}

TEST_F(AuditLogTest, WritesWholeLinesOfManyThreadsThroughRotations) {
  constexpr int kRotations = 20;
  Open(path_);
  Writers writers(*log_);
  std::vector<std::string> files;
  for (int i = 0; i < kRotations; ++i) {
    files.push_back(path_ + "." + std::to_string(i));
    std::filesystem::rename(path_, files.back());
    log_->Reopen();
    while (!std::filesystem::exists(path_)) std::this_thread::yield();
  }
  files.push_back(path_);
  writers.Stop();
  log_.reset();
  std::vector<std::string> ids;
  for (const std::string& file : files) {
    for (std::string& id : IdsInFile(file)) ids.push_back(std::move(id));
  }
  writers.ExpectAllIn(ids);
  EXPECT_EQ(Counted("written"), static_cast<double>(ids.size()));
  EXPECT_EQ(changes_.left(), 0u);
}

TEST_F(AuditLogTest, WritesWholeLinesOfManyThreadsIntoAPipe) {
  OpenPipe();
  Writers writers(*log_);
  pipe_.StartReading();
  // More than the pipe holds.
  while (Counted("written") < 1000) std::this_thread::yield();
  writers.Stop();
  writers.ExpectAllIn(IdsIn(PipeLines()));
}

TEST_F(AuditLogTest, DashIsStdout) {
  const int stdout_before = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0);
  ASSERT_EQ(dup2(pipe_.write_fd(), STDOUT_FILENO), STDOUT_FILENO);
  Open("-");
  Write("one");
  log_->Reopen();
  Write("two");
  log_.reset();
  dup2(stdout_before, STDOUT_FILENO);
  close(stdout_before);
  pipe_.StartReading();
  EXPECT_THAT(IdsIn(pipe_.Lines()), ElementsAre("one", "two"));
}

TEST_F(AuditLogTest, HmacsAreMadeOnItsOwnThreadAndHoldUpNobody) {
  std::promise<void> go_on;
  std::promise<std::thread::id> made_on;
  auto log = AuditLog::Open(
      path_,
      [&](std::string_view) {
        made_on.set_value(std::this_thread::get_id());
        go_on.get_future().wait();
        return std::string(64, '7');
      },
      changes_.Callback(), metrics_);
  ASSERT_TRUE(log.ok());
  (*log)->Write({.request_id = "one", .recipients = {"ann"}});
  EXPECT_NE(made_on.get_future().get(), std::this_thread::get_id());
  (*log)->Write({.request_id = "two"});  // Comes back.
  go_on.set_value();
  log->reset();
  const std::string content = testing::ReadFile(path_);
  EXPECT_THAT(content, HasSubstr("[\"hmac-sha256:" + std::string(64, '7') + "\"]"));
  EXPECT_THAT(content, HasSubstr("\"request_id\":\"two\""));
}

TEST_F(AuditLogTest, ARecordOfFortyThousandRecipientsIsOneLine) {
  Open(path_);
  log_->Write({.request_id = "big", .recipients = std::vector<std::string>(40'000, "ann")});
  Write("next");
  log_.reset();
  const std::string content = testing::ReadFile(path_);
  EXPECT_EQ(std::count(content.begin(), content.end(), '\n'), 2);
  EXPECT_GT(content.size(), 40'000u * 76);
  EXPECT_EQ(Counted("written"), 2);
}

TEST_F(AuditLogTest, WhereThePathCannotBeOpenedAnewTheOldFileStaysInUseAndItIsTold) {
  Open(path_);
  std::filesystem::rename(path_, path_ + ".1");
  std::filesystem::create_directory(path_);
  log_->Reopen();
  const auto change = changes_.Next();
  EXPECT_FALSE(change.is_failing);
  EXPECT_EQ(change.why, "audit log: cannot open " + path_ +
                            ": Is a directory; the file that was open stays in use");
  Write("one");
  log_.reset();
  EXPECT_THAT(IdsInFile(path_ + ".1"), ElementsAre("one"));
  EXPECT_EQ(changes_.left(), 0u);
}

}  // namespace
}  // namespace suprsend_gateway::telemetry
