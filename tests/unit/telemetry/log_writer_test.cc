#include "service/telemetry/log_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>

#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/wait.h"
#include "tests/unit/telemetry/pipe.h"

namespace suprsend_gateway::telemetry {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr size_t kMoreThanAPipe = size_t{2} << 20;

class LogWriterTest : public ::testing::Test {
 protected:
  LogWriterTest() { writer_.emplace(pipe_.write_fd()); }

  // One line that is more than the pipe takes, so that the writer is stuck in it, and then lines of
  // 1,000 bytes until so many have been dropped. Nobody reads, so it comes to that.
  int FillUntilDropped(uint64_t dropped) {
    writer_->Write(std::string(kMoreThanAPipe, 'x'));
    EXPECT_TRUE(testing::WaitUntil([this] { return !HasRoom(); }));
    int written = 1;
    for (; writer_->dropped_lines() < dropped; ++written) writer_->Write(std::string(1000, 'x'));
    return written;
  }

  bool HasRoom() const {
    pollfd room{.fd = pipe_.write_fd(), .events = POLLOUT, .revents = 0};
    return poll(&room, 1, 0) > 0;
  }

  // Ends the writer, then reads what it wrote.
  std::vector<std::string> Lines() {
    writer_.reset();
    return pipe_.Lines();
  }

  Pipe pipe_;
  std::optional<LogWriter> writer_;
};

TEST_F(LogWriterTest, WritesLinesInOrderAndAllOfThemByItsEnd) {
  pipe_.StartReading();
  writer_->Write("one");
  writer_->Write("");
  writer_->Write("three");
  EXPECT_THAT(Lines(), ElementsAre("one", "", "three"));
}

TEST_F(LogWriterTest, WritesWholeLinesOfManyThreads) {
  constexpr int kThreads = 8;
  constexpr int kLines = 500;
  pipe_.StartReading();
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([this, t] {
        for (int i = 0; i < kLines; ++i) {
          writer_->Write(std::to_string(t) + ":" + std::to_string(i) + std::string(100, '.'));
        }
      });
    }
  }
  EXPECT_EQ(writer_->dropped_lines(), 0u);
  std::vector<int> next(kThreads);
  for (const std::string& line : Lines()) {
    const int t = line[0] - '0';
    ASSERT_TRUE(t >= 0 && t < kThreads) << line;
    EXPECT_EQ(line, std::to_string(t) + ":" + std::to_string(next[t]++) + std::string(100, '.'));
  }
  EXPECT_THAT(next, ::testing::Each(kLines));
}

TEST_F(LogWriterTest, AStalledReaderBlocksNobodyAndIsToldWhatItMissed) {
  const int written = FillUntilDropped(7);  // Comes back: Write does not block.
  EXPECT_EQ(writer_->dropped_lines(), 7u);
  pipe_.StartReading();
  uint64_t dropped = 7;
  int more = 0;
  // There is room once the reader has caught up.
  for (bool taken = false; !taken; ++more) {
    writer_->Write("more");
    taken = writer_->dropped_lines() == dropped;
    dropped = writer_->dropped_lines();
  }
  const std::vector<std::string> lines = Lines();
  ASSERT_GE(lines.size(), 2u);
  EXPECT_EQ(lines.back(), "more");
  EXPECT_EQ(lines[lines.size() - 2], "suprsend-gateway: " + std::to_string(dropped) +
                                         " log lines dropped: the log's reader stalls");
  // Every line but the dropped ones, whole, and the notice.
  EXPECT_EQ(lines.size(), static_cast<size_t>(written + more) - dropped + 1);
  EXPECT_EQ(lines.front(), std::string(kMoreThanAPipe, 'x'));
  for (size_t i = 1; i + 2 < lines.size(); ++i) EXPECT_EQ(lines[i], std::string(1000, 'x'));
}

// The last thing that a log says must not hide that lines are missing.
TEST_F(LogWriterTest, TellsWhatWasMissedAtItsEndToo) {
  FillUntilDropped(3);
  pipe_.StartReading();
  const std::vector<std::string> lines = Lines();
  ASSERT_FALSE(lines.empty());
  EXPECT_EQ(lines.back(), "suprsend-gateway: 3 log lines dropped: the log's reader stalls");
}

TEST_F(LogWriterTest, ALineLongerThanAllThatMayWaitIsDropped) {
  pipe_.StartReading();
  writer_->Write(std::string(LogWriter::kMaxPendingBytes, 'x'));
  EXPECT_EQ(writer_->dropped_lines(), 1u);
  writer_->Write("next");
  EXPECT_THAT(Lines(), ElementsAre("suprsend-gateway: 1 log lines dropped: the log's reader stalls",
                                   "next"));
}

TEST_F(LogWriterTest, TheLongestLineThatFitsIsWritten) {
  pipe_.StartReading();
  const std::string longest(LogWriter::kMaxPendingBytes - 1, 'x');
  writer_->Write(longest);
  EXPECT_EQ(writer_->dropped_lines(), 0u);
  EXPECT_THAT(Lines(), ElementsAre(longest));
}

TEST_F(LogWriterTest, ItsEndDoesNotWaitForAReaderThatStalls) {
  FillUntilDropped(1);
  writer_.reset();  // Comes back.
}

TEST_F(LogWriterTest, AReaderThatIsGoneBlocksNobody) {
  pipe_.CloseReader();
  for (int i = 0; i < 10000; ++i) writer_->Write(std::string(1000, 'x'));
  writer_.reset();  // Comes back.
  EXPECT_THAT(pipe_.Lines(), IsEmpty());
}

TEST_F(LogWriterTest, ItsEndWithNothingWrittenIsSilent) { EXPECT_THAT(Lines(), IsEmpty()); }

}  // namespace
}  // namespace suprsend_gateway::telemetry
