#include "service/telemetry/blocking_worker.h"

#include <gtest/gtest.h>

#include <future>
#include <memory>

namespace suprsend_gateway::telemetry {
namespace {

using std::chrono::steady_clock;

steady_clock::time_point InAMinute() { return steady_clock::now() + std::chrono::minutes(1); }

TEST(BlockingWorkerTest, RunsOneJobAfterAnotherOnAThreadOfItsOwn) {
  BlockingWorker worker;
  std::thread::id first;
  std::thread::id second;
  worker.Start([&first] { first = std::this_thread::get_id(); });
  ASSERT_TRUE(worker.WaitUntil(InAMinute()));
  worker.Start([&second] { second = std::this_thread::get_id(); });
  ASSERT_TRUE(worker.WaitUntil(InAMinute()));
  EXPECT_EQ(first, second);
  EXPECT_NE(first, std::this_thread::get_id());
}

TEST(BlockingWorkerTest, TellsThatAJobIsNotDone) {
  std::promise<void> go_on;
  BlockingWorker worker;
  worker.Start([&go_on] { go_on.get_future().wait(); });
  EXPECT_FALSE(worker.WaitUntil(steady_clock::now()));
  EXPECT_FALSE(worker.WaitUntil(steady_clock::now() + std::chrono::milliseconds(10)));
  go_on.set_value();
  EXPECT_TRUE(worker.WaitUntil(InAMinute()));
}

TEST(BlockingWorkerTest, AJobThatIsDoneHoldsNothingAnyMore) {
  BlockingWorker worker;
  const auto held = std::make_shared<int>(1);
  worker.Start([held] {});
  ASSERT_TRUE(worker.WaitUntil(InAMinute()));
  EXPECT_EQ(held.use_count(), 1);
}

TEST(BlockingWorkerTest, NothingStartedIsNothingToWaitFor) {
  BlockingWorker worker;
  EXPECT_TRUE(worker.WaitUntil(steady_clock::now()));
}

TEST(BlockingWorkerTest, ItsEndLeavesAJobBehindThatThenEndsByItself) {
  std::promise<void> go_on;
  std::promise<void> done;
  {
    BlockingWorker worker;
    worker.Start([go_on = std::make_shared<std::future<void>>(go_on.get_future()), &done] {
      go_on->wait();
      done.set_value();
    });
  }  // Comes back.
  go_on.set_value();
  done.get_future().wait();
}

}  // namespace
}  // namespace suprsend_gateway::telemetry
