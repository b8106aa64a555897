#include "service/policy/quotas.h"

#include <gtest/gtest.h>

#include <atomic>
#include <random>
#include <thread>
#include <vector>

namespace suprsend_gateway::policy {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

const clock::TimePoint kNow{seconds(1000)};

// Rounding may add a nanosecond, and takes none off.
void ExpectWait(const std::optional<clock::Duration>& wait, clock::Duration expected) {
  ASSERT_TRUE(wait);
  EXPECT_GE(*wait, expected);
  EXPECT_LE(*wait, expected + nanoseconds(1));
}

// How many are taken at once.
int TakeAll(Quotas& quotas, const Quota& quota, clock::TimePoint now) {
  int taken = 0;
  while (!quotas.Take("c", quota, now)) ++taken;
  return taken;
}

TEST(QuotasTest, ABurstMayComeAtOnceAndOneMoreWaits) {
  Quotas quotas;
  const Quota quota{.calls_per_second = 10, .burst = 3};
  EXPECT_EQ(TakeAll(quotas, quota, kNow), 3);
  ExpectWait(quotas.Take("c", quota, kNow), milliseconds(100));
  ExpectWait(quotas.Take("c", quota, kNow + milliseconds(99)), milliseconds(1));
  EXPECT_EQ(quotas.Take("c", quota, kNow + milliseconds(100)), std::nullopt);
  ExpectWait(quotas.Take("c", quota, kNow + milliseconds(100)), milliseconds(100));
}

TEST(QuotasTest, TokensComeBackUpToTheBurst) {
  Quotas quotas;
  const Quota quota{.calls_per_second = 10, .burst = 3};
  TakeAll(quotas, quota, kNow);
  EXPECT_EQ(TakeAll(quotas, quota, kNow + milliseconds(250)), 2);
  ExpectWait(quotas.Take("c", quota, kNow + milliseconds(250)), milliseconds(50));
  EXPECT_EQ(TakeAll(quotas, quota, kNow + seconds(60)), 3);
}

TEST(QuotasTest, CallersDoNotShare) {
  Quotas quotas;
  const Quota quota{.calls_per_second = 1, .burst = 1};
  EXPECT_FALSE(quotas.Take("a", quota, kNow));
  EXPECT_FALSE(quotas.Take("b", quota, kNow));
  EXPECT_TRUE(quotas.Take("a", quota, kNow));
}

TEST(QuotasTest, RefusedCallsCostNothing) {
  Quotas quotas;
  const Quota quota{.calls_per_second = 0.1, .burst = 1};
  EXPECT_FALSE(quotas.Take("c", quota, kNow));
  for (int i = 1; i < 10000; ++i) {
    ExpectWait(quotas.Take("c", quota, kNow + milliseconds(i)), milliseconds(10000 - i));
  }
  EXPECT_FALSE(quotas.Take("c", quota, kNow + seconds(10)));
}

TEST(QuotasTest, WhoComesAfterTheWaitThatItWasToldIsLetIn) {
  for (const double rate : {0.003, 0.1, 1.0 / 3, 0.7, 3.0, 7.0, 1e3 / 7, 12345.678, 9.9e8, 1e9}) {
    Quotas quotas;
    const Quota quota{.calls_per_second = rate, .burst = 1};
    clock::TimePoint now = kNow;
    EXPECT_FALSE(quotas.Take("c", quota, now));
    for (int i = 0; i < 1000; ++i) {
      const auto wait = quotas.Take("c", quota, now);
      ASSERT_TRUE(wait) << rate;
      ASSERT_GT(*wait, clock::Duration::zero()) << rate;
      now += *wait;
      ASSERT_FALSE(quotas.Take("c", quota, now)) << rate;
    }
  }
}

// The wait is just a number of nanoseconds here, so that rounding it up leaves nothing to spare.
TEST(QuotasTest, RoundingRefusesNobodyWhoWaited) {
  std::minstd_rand random(1);
  for (int i = 0; i < 10'000; ++i) {
    Quotas quotas;
    const double interval = 1 + static_cast<double>(random() % 1'000'000'000);
    const Quota quota{.calls_per_second = 1e9 / interval, .burst = 3};
    TakeAll(quotas, quota, kNow);
    const clock::TimePoint later = kNow + nanoseconds(random() % 1'000'000);
    const auto wait = quotas.Take("c", quota, later);
    if (!wait) continue;
    ASSERT_FALSE(quotas.Take("c", quota, later + *wait)) << interval;
  }
}

// A third of a second is no number of nanoseconds.
TEST(QuotasTest, TheRateHoldsOverAMillionCalls) {
  Quotas quotas;
  const Quota quota{.calls_per_second = 3, .burst = 2};
  clock::TimePoint now = kNow;
  for (int i = 0; i < 1'000'000;) {
    const auto wait = quotas.Take("c", quota, now);
    if (!wait) ++i;
    now += wait.value_or(clock::Duration::zero());
  }
  const auto due = nanoseconds(999'998'000'000'000 / 3);
  EXPECT_LT(std::chrono::abs(now - kNow - due), milliseconds(2));
}

TEST(QuotasTest, IsNeverMoreThanTheBurstAndTheRate) {
  Quotas quotas;
  const Quota quota{.calls_per_second = 7.3, .burst = 20};
  std::minstd_rand random(1);
  clock::TimePoint now = kNow;
  int64_t taken = 0;
  for (int i = 0; i < 500'000; ++i) {
    now += nanoseconds(random() % 100'000'000);
    if (!quotas.Take("c", quota, now)) ++taken;
  }
  const double due = 20 + std::chrono::duration<double>(now - kNow).count() * 7.3;
  EXPECT_LE(static_cast<double>(taken), due);
  EXPECT_GE(static_cast<double>(taken), due - 21);
}

TEST(QuotasTest, YearsWithoutACallFillTheBucketAndNoMore) {
  Quotas quotas;
  for (const Quota quota :
       {Quota{.calls_per_second = 1e9, .burst = 5}, Quota{.calls_per_second = 0.1, .burst = 5}}) {
    Quotas other;
    EXPECT_EQ(TakeAll(other, quota, clock::TimePoint{}), 5);
    EXPECT_EQ(TakeAll(other, quota, clock::TimePoint{hours(24 * 365 * 290)}), 5);
  }
  const Quota large{.calls_per_second = 1e9, .burst = 1'000'000'000};
  for (int i = 0; i < 1000; ++i) EXPECT_FALSE(quotas.Take("c", large, kNow));
}

TEST(QuotasTest, NoWaitIsLongerThanAYear) {
  Quotas quotas;
  const Quota quota{.calls_per_second = 1e-300, .burst = 1};
  EXPECT_FALSE(quotas.Take("c", quota, kNow));
  EXPECT_EQ(quotas.Take("c", quota, kNow), hours(24 * 365));
  EXPECT_EQ(quotas.Take("c", quota, kNow - seconds(1)), hours(24 * 365));
}

// Threads read the clock before they come.
TEST(QuotasTest, ATimeBeforeTheLastOneGivesAndTakesNothing) {
  Quotas quotas;
  const Quota quota{.calls_per_second = 1, .burst = 2};
  EXPECT_FALSE(quotas.Take("c", quota, kNow));
  EXPECT_FALSE(quotas.Take("c", quota, kNow - seconds(5)));
  ExpectWait(quotas.Take("c", quota, kNow - milliseconds(500)), milliseconds(1500));
  ExpectWait(quotas.Take("c", quota, kNow), seconds(1));
}

TEST(QuotasTest, AnotherQuotaHoldsAtOnce) {
  Quotas quotas;
  const Quota wide{.calls_per_second = 1, .burst = 10};
  EXPECT_FALSE(quotas.Take("c", wide, kNow));
  const Quota narrow{.calls_per_second = 1, .burst = 2};
  EXPECT_EQ(TakeAll(quotas, narrow, kNow), 2) << "clamped to the new burst";
  EXPECT_EQ(TakeAll(quotas, wide, kNow), 0) << "a reload gives no tokens";
  const Quota fast{.calls_per_second = 100, .burst = 10};
  ExpectWait(quotas.Take("c", fast, kNow), milliseconds(10));
}

TEST(QuotasTest, TimeBeforeAChangeCountsAtTheOldRate) {
  Quotas quotas;
  const Quota slow{.calls_per_second = 0.1, .burst = 10};
  TakeAll(quotas, slow, kNow);
  const Quota fast{.calls_per_second = 100, .burst = 10};
  EXPECT_EQ(TakeAll(quotas, fast, kNow + seconds(10)), 1);
}

TEST(QuotasTest, RetainForgetsWhoIsGone) {
  Quotas quotas;
  const Quota quota{.calls_per_second = 1, .burst = 1};
  EXPECT_FALSE(quotas.Take("kept", quota, kNow));
  EXPECT_FALSE(quotas.Take("gone", quota, kNow));
  quotas.Retain({.callers = {{"kept", {.quota = quota}}, {"new", {}}}});
  EXPECT_TRUE(quotas.Take("kept", quota, kNow));
  EXPECT_FALSE(quotas.Take("gone", quota, kNow)) << "starts anew";
  EXPECT_FALSE(quotas.Take("new", quota, kNow));
}

TEST(QuotasTest, ThreadsTakeNoMoreThanThereIs) {
  Quotas quotas;
  const Quota quota{.calls_per_second = 1, .burst = 1000};
  const Policy policy{.callers = {{"c", {.quota = quota}}}};
  std::atomic<int> taken = 0;
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int j = 0; j < 500; ++j) {
        if (!quotas.Take("c", quota, kNow)) ++taken;
        if (j % 100 == 0) quotas.Retain(policy);
      }
    });
  }
  threads.clear();
  EXPECT_EQ(taken, 1000);
}

}  // namespace
}  // namespace suprsend_gateway::policy
