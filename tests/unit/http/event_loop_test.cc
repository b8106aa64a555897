#include "service/http/event_loop.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <map>
#include <semaphore>
#include <thread>
#include <vector>

namespace suprsend_gateway::http {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;

constexpr std::chrono::seconds kPatience{60};

class EventLoopTest : public ::testing::Test {
 protected:
  // Runs `task` on the loop and waits for it.
  template <typename Task>
  void RunOnLoop(Task task) {
    std::promise<void> done;
    loop_->Post([&] {
      task();
      done.set_value();
    });
    ASSERT_EQ(done.get_future().wait_for(kPatience), std::future_status::ready);
  }

  std::unique_ptr<EventLoop> loop_ = EventLoop::Create().value();
};

TEST_F(EventLoopTest, RunsTasksOfManyThreadsOnceAndInTheOrderOfEachThread) {
  constexpr int kThreads = 8;
  constexpr int kTasks = 5000;
  std::vector<std::vector<int>> ran(kThreads);  // The loop's thread alone writes to it.
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < kTasks; ++i) loop_->Post([&ran, t, i] { ran[t].push_back(i); });
      });
    }
  }
  RunOnLoop([] {});
  std::vector<int> in_order(kTasks);
  for (int i = 0; i < kTasks; ++i) in_order[i] = i;
  for (int t = 0; t < kThreads; ++t) EXPECT_EQ(ran[t], in_order) << "thread " << t;
}

TEST_F(EventLoopTest, RunsATaskThatATaskPosts) {
  std::promise<std::thread::id> inner;
  loop_->Post([&] { loop_->Post([&] { inner.set_value(std::this_thread::get_id()); }); });
  std::future<std::thread::id> ran_on = inner.get_future();
  ASSERT_EQ(ran_on.wait_for(kPatience), std::future_status::ready);
  EXPECT_NE(ran_on.get(), std::this_thread::get_id());
}

// Only the first post into an empty queue wakes the loop: none may be forgotten for that.
TEST_F(EventLoopTest, ForgetsNoTaskThatIsPostedWhileItIsBusyOrAboutToSleep) {
  std::binary_semaphore ran(0);
  for (int i = 0; i < 20000; ++i) {
    loop_->Post([] {});
    loop_->Post([&ran] { ran.release(); });
    ASSERT_TRUE(ran.try_acquire_for(kPatience)) << "round " << i;
  }
}

TEST_F(EventLoopTest, RunsACallbackNoSoonerThanItsDelay) {
  for (const milliseconds delay : {milliseconds(0), milliseconds(1), milliseconds(40)}) {
    std::promise<clock::TimePoint> ran;
    const clock::TimePoint start = loop_->Now();
    loop_->After(delay, [&] { ran.set_value(loop_->Now()); });
    std::future<clock::TimePoint> at = ran.get_future();
    ASSERT_EQ(at.wait_for(kPatience), std::future_status::ready);
    EXPECT_GE(at.get() - start, delay);
  }
}

TEST_F(EventLoopTest, RunsCallbacksInTheOrderOfTheirTimesAndThenOfTheirArming) {
  std::vector<int> ran;
  std::promise<void> last;
  RunOnLoop([&] {
    const clock::TimePoint now = loop_->Now();
    loop_->Arm(now + milliseconds(30), [&] { last.set_value(); });
    loop_->Arm(now + milliseconds(20), [&] { ran.push_back(3); });
    loop_->Arm(now + milliseconds(10), [&] { ran.push_back(1); });
    loop_->Arm(now + milliseconds(10), [&] { ran.push_back(2); });
  });
  ASSERT_EQ(last.get_future().wait_for(kPatience), std::future_status::ready);
  EXPECT_THAT(ran, ElementsAre(1, 2, 3));
}

TEST_F(EventLoopTest, RunsACallbackWithADelayBelowZeroSoon) {
  std::promise<void> ran;
  loop_->After(-std::chrono::hours(1), [&] { ran.set_value(); });
  EXPECT_EQ(ran.get_future().wait_for(kPatience), std::future_status::ready);
}

// Such a wait must not overflow into one that is due.
TEST_F(EventLoopTest, WaitsForACallbackThatIsDueInAYear) {
  bool ran = false;
  std::promise<void> later;
  loop_->After(std::chrono::hours(24 * 365), [&] { ran = true; });
  loop_->After(milliseconds(20), [&] { later.set_value(); });
  ASSERT_EQ(later.get_future().wait_for(kPatience), std::future_status::ready);
  loop_->Stop();
  EXPECT_FALSE(ran);
}

TEST_F(EventLoopTest, DoesNotRunWhatWasDisarmed) {
  bool ran = false;
  std::promise<void> later;
  RunOnLoop([&] {
    const clock::TimePoint due = loop_->Now();
    const EventLoop::TimerId timer = loop_->Arm(due, [&] { ran = true; });
    loop_->Arm(due + milliseconds(5), [&] { later.set_value(); });
    loop_->Disarm(timer);
  });
  ASSERT_EQ(later.get_future().wait_for(kPatience), std::future_status::ready);
  EXPECT_FALSE(ran);
}

TEST_F(EventLoopTest, ACallbackThatArmsItselfAgainLeavesTasksTheirTurn) {
  std::atomic<bool> enough = false;
  std::function<void()> again = [&] {
    if (!enough) loop_->Arm(loop_->Now(), [&] { again(); });
  };
  loop_->Post([&] { again(); });
  RunOnLoop([] {});
  RunOnLoop([&] { enough = true; });
  RunOnLoop([] {});
}

TEST_F(EventLoopTest, StopsWithWorkPendingAndDropsIt) {
  auto alive = std::make_shared<int>(1);
  std::binary_semaphore entered(0);
  std::binary_semaphore leave(0);
  std::atomic<int> ran = 0;
  loop_->Post([&] {
    entered.release();
    leave.acquire();
  });
  entered.acquire();
  loop_->After(std::chrono::hours(1), [&, alive] { ++ran; });
  std::jthread stopper([&] { loop_->Stop(); });
  leave.release();
  stopper.join();
  loop_->Post([&, alive] { ++ran; });
  loop_->After(milliseconds(0), [&, alive] { ++ran; });
  loop_->Stop();  // As good as once.
  loop_.reset();
  EXPECT_EQ(ran, 0);
  EXPECT_EQ(alive.use_count(), 1) << "what a dropped callback holds is let go";
}

TEST_F(EventLoopTest, ComesAndGoesManyTimes) {
  for (int i = 0; i < 200; ++i) {
    auto loop = EventLoop::Create();
    ASSERT_TRUE(loop.ok());
    (*loop)->Post([] {});
  }
}

}  // namespace
}  // namespace suprsend_gateway::http
