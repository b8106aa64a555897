// What an AuditLog does when its file takes no more.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <optional>

#include "service/telemetry/audit_log.h"
#include "tests/unit/telemetry/audit_log_fixture.h"
#include "tests/unit/telemetry/size_limit.h"

namespace suprsend_gateway::telemetry {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// A record that takes just so much of the queue.
AuditRecord RecordOf(size_t size, std::string request_id = "") {
  AuditRecord record{.request_id = std::move(request_id), .execution_id = ""};
  record.execution_id->assign(size - SizeInMemory(record), 'x');
  return record;
}

TEST_F(AuditLogTest, WhatAFullDiskDoesNotTakeIsWrittenOnceThereIsRoom) {
  std::filesystem::create_symlink("/dev/full", path_);
  Open(path_);
  Write("one");
  const auto failing = changes_.Next();
  EXPECT_TRUE(failing.is_failing);
  EXPECT_EQ(failing.why,
            "audit log: cannot write to " + path_ +
                ": No space left on device; records wait in memory and are tried again");
  EXPECT_TRUE(log_->is_failing());
  EXPECT_TRUE(IsFailingInMetrics());
  Write("two");
  std::filesystem::remove(path_);
  log_->Reopen();
  const auto well = changes_.Next();
  EXPECT_FALSE(well.is_failing);
  EXPECT_EQ(well.why, "audit log: " + path_ +
                          " takes records again, and none waits; 0 are lost since the start");
  EXPECT_FALSE(log_->is_failing());
  EXPECT_FALSE(IsFailingInMetrics());
  EXPECT_THAT(IdsInFile(path_), ElementsAre("one", "two"));
  EXPECT_EQ(Counted("written"), 2);
  EXPECT_EQ(Counted("dropped"), 0);
}

TEST_F(AuditLogTest, GoesOnInsideTheLineWhereTheDiskFilledUpByItself) {
  Open(path_);
  std::optional<SizeLimit> limit(1000);
  for (int i = 0; i < 100; ++i) Write(std::to_string(i));
  EXPECT_TRUE(changes_.Next().is_failing);
  EXPECT_EQ(testing::ReadFile(path_).size(), 1000u);
  for (int i = 100; i < 200; ++i) Write(std::to_string(i));
  limit.reset();
  EXPECT_FALSE(changes_.Next().is_failing);
  const std::vector<std::string> ids = IdsInFile(path_);
  ASSERT_EQ(ids.size(), 200u);
  for (size_t i = 0; i < ids.size(); ++i) EXPECT_EQ(ids[i], std::to_string(i));
  EXPECT_EQ(Counted("written"), 200);
}

TEST_F(AuditLogTest, AFailureIsToldOnceHoweverOftenItIsTriedAgain) {
  Open("/dev/full");
  Write("one");
  EXPECT_TRUE(changes_.Next().is_failing);
  for (int i = 0; i < 5; ++i) log_->Reopen();  // Each is a try.
  log_.reset();
  const auto end = changes_.Next();
  EXPECT_TRUE(end.is_failing);
  EXPECT_EQ(end.why, "audit log: 1 records are lost: /dev/full took no more before the end");
  EXPECT_EQ(changes_.left(), 0u);
  EXPECT_EQ(Counted("written"), 0);
  EXPECT_EQ(Counted("dropped"), 1);
}

TEST_F(AuditLogTest, AReaderThatStallsBlocksNobodyAndLosesTheNewestOnly) {
  constexpr size_t kSize = 100'000;
  constexpr uint64_t kFit = AuditLog::kMaxQueuedBytes / kSize;
  OpenPipe();
  for (uint64_t i = 0; i < kFit + 10; ++i) {
    // Nothing leaves the queue: the first group cannot be written whole.
    log_->Write(RecordOf(kSize, std::to_string(i)));
  }
  EXPECT_EQ(log_->dropped(), 10u);
  EXPECT_TRUE(log_->is_failing());
  EXPECT_TRUE(changes_.Next().is_failing);
  pipe_.StartReading();
  const auto well = changes_.Next();
  EXPECT_FALSE(well.is_failing);
  EXPECT_THAT(well.why, HasSubstr("10 are lost since the start"));
  EXPECT_FALSE(log_->is_failing());
  log_->Write(RecordOf(kSize, "last"));
  const std::vector<std::string> lines = PipeLines();
  ASSERT_EQ(lines.size(), kFit + 1);
  for (size_t i = 0; i < lines.size(); ++i) {
    const std::string id = i < kFit ? std::to_string(i) : "last";
    EXPECT_EQ(lines[i], FormatAuditRecord(RecordOf(kSize, id), nullptr));
  }
  EXPECT_EQ(Counted("written"), static_cast<double>(kFit + 1));
  EXPECT_EQ(Counted("dropped"), 10);
}

TEST_F(AuditLogTest, AWriteThatHangsIsAFailureUntilItIsThrough) {
  OpenPipe();
  log_->Write(RecordOf(200'000));
  const auto failing = changes_.Next();
  EXPECT_TRUE(failing.is_failing);
  EXPECT_THAT(failing.why, HasSubstr("has taken nothing for a second"));
  EXPECT_TRUE(log_->is_failing());
  EXPECT_EQ(log_->dropped(), 0u);
  pipe_.StartReading();
  EXPECT_FALSE(changes_.Next().is_failing);
  EXPECT_FALSE(log_->is_failing());
  EXPECT_THAT(PipeLines(), ElementsAre(FormatAuditRecord(RecordOf(200'000), nullptr)));
}

TEST_F(AuditLogTest, TheQueueIsFullAtItsBoundAndNotBefore) {
  Open("/dev/full");
  log_->Write(RecordOf(AuditLog::kMaxQueuedBytes - 10'000));
  log_->Write(RecordOf(10'000));
  EXPECT_EQ(log_->dropped(), 0u);
  log_->Write({});
  EXPECT_EQ(log_->dropped(), 1u);
}

TEST_F(AuditLogTest, ARecordLargerThanTheQueueIsDroppedAndThenAllIsWell) {
  Open(path_);
  log_->Write(RecordOf(AuditLog::kMaxQueuedBytes + 1));
  EXPECT_EQ(log_->dropped(), 1u);
  const auto failing = changes_.Next();
  EXPECT_TRUE(failing.is_failing);
  EXPECT_EQ(failing.why,
            "audit log: records come faster than " + path_ + " takes them, and are dropped");
  EXPECT_FALSE(changes_.Next().is_failing);
  EXPECT_FALSE(log_->is_failing());
  Write("next");
  log_.reset();
  EXPECT_THAT(IdsInFile(path_), ElementsAre("next"));
  EXPECT_EQ(changes_.left(), 0u);
}

TEST_F(AuditLogTest, ItsEndDoesNotWaitForAReaderThatStalls) {
  OpenPipe();
  log_->Write(RecordOf(200'000));
  Write("never");
  const auto before = std::chrono::steady_clock::now();
  log_.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(10));
  // That it takes nothing is told before where the end came a moment later.
  auto last = changes_.Next();
  if (changes_.left() > 0) last = changes_.Next();
  EXPECT_TRUE(last.is_failing);
  EXPECT_THAT(last.why, HasSubstr("2 records are lost"));
  EXPECT_EQ(Counted("dropped"), 2);
}

TEST_F(AuditLogTest, AReaderThatIsGoneIsAFailure) {
  OpenPipe();
  pipe_.CloseReader();
  Write("one");
  const auto failing = changes_.Next();
  EXPECT_TRUE(failing.is_failing);
  EXPECT_THAT(failing.why, HasSubstr("Broken pipe"));
  EXPECT_THAT(PipeLines(), IsEmpty());
  EXPECT_THAT(changes_.Next().why, HasSubstr("1 records are lost"));
}

}  // namespace
}  // namespace suprsend_gateway::telemetry
