#include "service/telemetry/audit_log.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <future>
#include <map>
#include <thread>

#include "tests/unit/telemetry/audit_log_fixture.h"

namespace suprsend_gateway::telemetry {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr int kThreads = 8;
constexpr int kRecords = 500;

// Of each thread t the ids "t:0", "t:1" and so on, in that order, among those of others.
void ExpectAllInOrder(const std::vector<std::string>& ids) {
  std::map<std::string, int> next;
  for (const std::string& id : ids) {
    const size_t colon = id.find(':');
    EXPECT_EQ(id.substr(colon + 1), std::to_string(next[id.substr(0, colon)]++)) << id;
  }
  EXPECT_EQ(next.size(), static_cast<size_t>(kThreads));
  for (const auto& [thread, count] : next) EXPECT_EQ(count, kRecords) << thread;
}

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
  std::vector<std::jthread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([this, t] {
      for (int i = 0; i < kRecords; ++i) Write(std::to_string(t) + ":" + std::to_string(i));
    });
  }
  std::vector<std::string> ids;
  for (int i = 0; i < kRotations; ++i) {
    const std::string old = path_ + "." + std::to_string(i);
    std::filesystem::rename(path_, old);
    log_->Reopen();
    while (!std::filesystem::exists(path_)) std::this_thread::yield();
  }
  threads.clear();
  log_.reset();
  for (int i = 0; i < kRotations; ++i) {
    for (std::string& id : IdsInFile(path_ + "." + std::to_string(i))) ids.push_back(std::move(id));
  }
  for (std::string& id : IdsInFile(path_)) ids.push_back(std::move(id));
  ExpectAllInOrder(ids);
  EXPECT_EQ(Counted("written"), kThreads * kRecords);
  EXPECT_EQ(changes_.left(), 0u);
}

TEST_F(AuditLogTest, WritesWholeLinesIntoAPipe) {
  OpenPipe();
  pipe_.StartReading();
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([this, t] {
        for (int i = 0; i < kRecords; ++i) Write(std::to_string(t) + ":" + std::to_string(i));
      });
    }
  }
  ExpectAllInOrder(IdsIn(PipeLines()));
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
