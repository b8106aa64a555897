#include "service/base/mutex.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace suprsend_gateway::base {
namespace {

TEST(Mutex, KeepsTwoThreadsFromLosingAnIncrement) {
  constexpr int kThreads = 4;
  constexpr int kIncrements = 5000;
  Mutex mutex;
  int count = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([&] {
        for (int j = 0; j < kIncrements; ++j) {
          MutexLock lock(mutex);
          ++count;
        }
      });
    }
  }
  EXPECT_EQ(count, kThreads * kIncrements);
}

TEST(CondVar, WakesAWaiterThatThenHoldsTheMutex) {
  Mutex mutex;
  CondVar changed;
  bool ready = false;
  bool seen = false;
  std::jthread waiter([&] {
    MutexLock lock(mutex);
    while (!ready) changed.Wait(mutex);
    seen = true;
  });
  {
    MutexLock lock(mutex);
    ready = true;
  }
  changed.NotifyOne();
  waiter.join();
  EXPECT_TRUE(seen);
}

}  // namespace
}  // namespace suprsend_gateway::base
