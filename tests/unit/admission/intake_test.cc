#include "service/admission/intake.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace suprsend_gateway::admission {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;

TEST(IntakeTest, AdmitsUpToItsLimitAndAgainWhenOneLeaves) {
  Intake intake(2);
  for (int i = 0; i < 4; ++i) intake.Enter();
  EXPECT_TRUE(intake.Admit());
  EXPECT_TRUE(intake.Admit());
  EXPECT_FALSE(intake.Admit());
  EXPECT_FALSE(intake.Admit());
  EXPECT_EQ(intake.admitted(), 2u);
  intake.Leave(/*admitted=*/false);
  EXPECT_EQ(intake.admitted(), 2u);
  EXPECT_FALSE(intake.Admit()) << "a refused call holds no place";
  intake.Leave(/*admitted=*/true);
  EXPECT_TRUE(intake.Admit());
  EXPECT_FALSE(intake.Admit());
}

TEST(IntakeTest, AdmitsNobodyWhileItIsClosed) {
  Intake intake(2);
  intake.Enter();
  intake.SetClosed(true);
  EXPECT_FALSE(intake.Admit());
  intake.SetClosed(false);
  EXPECT_TRUE(intake.Admit());
  intake.Leave(/*admitted=*/true);
}

TEST(IntakeTest, NeverHasMoreThanItsLimitWithManyThreads) {
  constexpr int kLimit = 5;
  Intake intake(kLimit);
  std::atomic<int> admitted = 0;
  std::atomic<int> most = 0;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 8; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 2000; ++i) {
          intake.Enter();
          const bool let_in = intake.Admit();
          if (let_in) {
            const int now = ++admitted;
            int known = most;
            while (known < now && !most.compare_exchange_weak(known, now)) {
            }
            --admitted;
          }
          intake.Leave(let_in);
        }
      });
    }
  }
  EXPECT_GT(most, 0);
  EXPECT_LE(most, kLimit);
  EXPECT_TRUE(intake.WaitForNone({}));
}

TEST(IntakeTest, WaitsForThoseInside) {
  Intake intake(1);
  EXPECT_TRUE(intake.WaitForNone(minutes(1))) << "nobody is inside";
  intake.Enter();
  intake.Enter();
  EXPECT_FALSE(intake.WaitForNone(milliseconds(1)));
  intake.Leave(false);
  EXPECT_FALSE(intake.WaitForNone(milliseconds(1)));
  std::jthread last([&intake] { intake.Leave(false); });
  EXPECT_TRUE(intake.WaitForNone(minutes(1)));
}

TEST(IntakeTest, IsHurried) {
  Intake intake(1);
  intake.Enter();
  std::jthread second_signal([&intake] { intake.Hurry(); });
  EXPECT_FALSE(intake.WaitForNone(minutes(10)));
  EXPECT_FALSE(intake.WaitForNone(minutes(10))) << "for good";
}

}  // namespace
}  // namespace suprsend_gateway::admission
