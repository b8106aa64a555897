#include "service/admission/circuit_breaker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace suprsend_gateway::admission {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class CircuitBreakerTest : public ::testing::Test {
 protected:
  static constexpr BreakerOptions kOptions{.failure_percent = 50,
                                           .min_attempts = 10,
                                           .window = seconds(10),
                                           .probe_interval = seconds(2)};

  bool Admits() { return breaker_.Admit(now_).is_admitted; }
  // Makes attempts that are let through.
  void Make(int attempts, Sign sign) {
    for (int i = 0; i < attempts; ++i) {
      const auto admission = breaker_.Admit(now_);
      ASSERT_TRUE(admission.is_admitted);
      breaker_.Record(now_, admission.pass, sign);
    }
  }
  void Open() {
    Make(kOptions.min_attempts, Sign::kFailed);
    ASSERT_THAT(changes_, ElementsAre(true));
  }

  std::vector<bool> changes_;
  clock::TimePoint now_{seconds(1000)};
  CircuitBreaker breaker_{kOptions, [this](bool is_open) { changes_.push_back(is_open); }};
};

TEST_F(CircuitBreakerTest, OpensWithTheLeastNumberOfAttempts) {
  Make(9, Sign::kFailed);
  EXPECT_THAT(changes_, IsEmpty());
  Make(1, Sign::kFailed);
  EXPECT_THAT(changes_, ElementsAre(true));
  EXPECT_FALSE(Admits());
}

TEST_F(CircuitBreakerTest, TellsWhatItsWindowHasSeen) {
  Make(3, Sign::kWell);
  now_ += seconds(4);
  Make(2, Sign::kFailed);
  Make(1, Sign::kNothing);
  EXPECT_EQ(breaker_.WindowAt(now_).attempts, 5);
  EXPECT_EQ(breaker_.WindowAt(now_).failed, 2);
  EXPECT_EQ(breaker_.WindowAt(now_ + seconds(7)).attempts, 2);
  EXPECT_EQ(breaker_.WindowAt(now_ + seconds(11)).attempts, 0);
}

TEST_F(CircuitBreakerTest, OpensAtItsPercentageNotBelow) {
  Make(51, Sign::kWell);
  Make(50, Sign::kFailed);
  EXPECT_THAT(changes_, IsEmpty());
  Make(1, Sign::kFailed);
  EXPECT_THAT(changes_, ElementsAre(true));
}

TEST_F(CircuitBreakerTest, WhatSaysNothingDoesNotCount) {
  Make(9, Sign::kFailed);
  Make(100, Sign::kNothing);
  EXPECT_TRUE(Admits());
  Make(1, Sign::kFailed);
  EXPECT_FALSE(Admits());
}

TEST_F(CircuitBreakerTest, ForgetsWhatIsOlderThanItsWindow) {
  Make(9, Sign::kFailed);
  now_ += kOptions.window;
  Make(9, Sign::kFailed);
  EXPECT_THAT(changes_, IsEmpty());
  now_ += milliseconds(8999);
  Make(1, Sign::kFailed);
  EXPECT_THAT(changes_, ElementsAre(true));
}

TEST_F(CircuitBreakerTest, AnOldWindowFullOfSuccessDoesNotHideAnOutage) {
  Make(1000, Sign::kWell);
  now_ += kOptions.window;
  Make(10, Sign::kFailed);
  EXPECT_THAT(changes_, ElementsAre(true));
}

TEST_F(CircuitBreakerTest, SaysWhenTheNextProbeIs) {
  Open();
  now_ += milliseconds(500);
  const auto refused = breaker_.Admit(now_);
  EXPECT_FALSE(refused.is_admitted);
  EXPECT_EQ(refused.retry_after, milliseconds(1500));
}

TEST_F(CircuitBreakerTest, AProbeThatFindsUpstreamWellClosesIt) {
  Open();
  now_ += kOptions.probe_interval;
  const auto probe = breaker_.Admit(now_);
  ASSERT_TRUE(probe.is_admitted);
  EXPECT_FALSE(Admits()) << "one probe at a time";
  breaker_.Record(now_, probe.pass, Sign::kWell);
  EXPECT_THAT(changes_, ElementsAre(true, false));
  // What was before it closed is forgotten.
  Make(9, Sign::kFailed);
  EXPECT_THAT(changes_, ElementsAre(true, false));
}

TEST_F(CircuitBreakerTest, AProbeThatFailsKeepsItOpen) {
  Open();
  now_ += kOptions.probe_interval;
  const auto probe = breaker_.Admit(now_);
  now_ += seconds(1);
  breaker_.Record(now_, probe.pass, Sign::kFailed);
  EXPECT_EQ(breaker_.Admit(now_).retry_after, kOptions.probe_interval);
  EXPECT_THAT(changes_, ElementsAre(true)) << "told once";
}

TEST_F(CircuitBreakerTest, AProbeThatHangsOrSaysNothingDoesNotHoldUpTheNext) {
  Open();
  now_ += kOptions.probe_interval;
  const auto hanging = breaker_.Admit(now_);
  ASSERT_TRUE(hanging.is_admitted);
  breaker_.Record(now_, breaker_.Admit(now_).pass, Sign::kNothing);
  now_ += kOptions.probe_interval;
  const auto next = breaker_.Admit(now_);
  ASSERT_TRUE(next.is_admitted);
  breaker_.Record(now_, next.pass, Sign::kWell);
  EXPECT_THAT(changes_, ElementsAre(true, false));
  breaker_.Record(now_, hanging.pass, Sign::kFailed);
  EXPECT_TRUE(Admits()) << "an old probe opens nothing";
}

TEST_F(CircuitBreakerTest, AttemptsFromBeforeItOpenedDoNotCloseIt) {
  const auto slow = breaker_.Admit(now_);
  Open();
  breaker_.Record(now_, slow.pass, Sign::kWell);
  EXPECT_FALSE(Admits());
  breaker_.Record(now_ + seconds(1), slow.pass, Sign::kFailed);
  now_ += kOptions.probe_interval;
  EXPECT_TRUE(Admits()) << "nor put off the probe";
}

TEST(CircuitBreaker, NeverOpensAtZeroPercent) {
  CircuitBreaker breaker({.failure_percent = 0, .min_attempts = 1},
                         [](bool) { ADD_FAILURE() << "it changed"; });
  const clock::TimePoint now{seconds(1)};
  for (int i = 0; i < 100; ++i) breaker.Record(now, breaker.Admit(now).pass, Sign::kFailed);
  EXPECT_TRUE(breaker.Admit(now).is_admitted);
}

}  // namespace
}  // namespace suprsend_gateway::admission
