#include "service/workflow/next_step.h"

#include <gtest/gtest.h>

#include <optional>

namespace suprsend_gateway::workflow {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

constexpr RetryPolicy kThree{.max_attempts = 3};
const clock::TimePoint kNow{seconds(1000)};
constexpr double kNoWait = 0.0;

CallProgress After(int attempts, bool pinned) {
  return {.pinned = pinned, .attempts = attempts, .now = kNow, .send_by = kNow + seconds(10)};
}

// The wait before the next attempt; nullopt where the call ends.
std::optional<clock::Duration> Wait(const RetryPolicy& policy, const CallProgress& progress,
                                    const Failure& failure, double jitter = kNoWait) {
  const auto step = NextStep(policy, progress, failure, jitter);
  if (const auto* retry = std::get_if<Retry>(&step)) return retry->delay;
  return std::nullopt;
}

// Section 4 of the design: which failures are tried again, for whom.
struct Rule {
  FailureKind kind;
  bool open;
  bool pinned;
};

constexpr Rule kRules[] = {
    {FailureKind::kInvalidFilter, false, false},
    {FailureKind::kNoFilter, false, false},
    {FailureKind::kUnknownField, false, false},
    {FailureKind::kRequestTooLarge, false, false},
    {FailureKind::kMalformedRequest, false, false},
    {FailureKind::kCallerUnauthenticated, false, false},
    {FailureKind::kCallerNotAllowed, false, false},
    {FailureKind::kQuotaExceeded, false, false},
    {FailureKind::kAuditUnavailable, false, false},
    {FailureKind::kOverloaded, false, false},
    {FailureKind::kCircuitOpen, false, false},
    {FailureKind::kUnreachable, true, true},
    {FailureKind::kUntrusted, false, false},
    {FailureKind::kDeadlineBeforeSend, false, false},
    {FailureKind::kTimeout, false, true},
    {FailureKind::kConnectionLost, false, true},
    {FailureKind::kCancelledBeforeSend, false, false},
    {FailureKind::kCancelledAfterSend, false, false},
    {FailureKind::kBadReply, false, false},
    {FailureKind::kRedirectRefused, false, false},
    {FailureKind::kRedirectUnclear, false, false},
    {FailureKind::kRejected, false, false},
    {FailureKind::kRejectedOther, false, false},
    {FailureKind::kMisconfigured, false, false},
    {FailureKind::kCredentialsRejected, false, false},
    {FailureKind::kNotFound, false, false},
    {FailureKind::kConflict, false, false},
    {FailureKind::kUpstreamTooLarge, false, false},
    {FailureKind::kUnavailable, true, true},
    {FailureKind::kRateLimited, true, true},
    {FailureKind::kNotImplemented, false, false},
    {FailureKind::kUpstreamError, false, true},
    {FailureKind::kUpstreamErrorFinal, false, false},
};

class RetryRule : public testing::TestWithParam<Rule> {};

TEST_P(RetryRule, HoldsAfterTheFirstAttempt) {
  const Failure failure{.kind = GetParam().kind};
  EXPECT_EQ(Wait(kThree, After(1, false), failure).has_value(), GetParam().open);
  EXPECT_EQ(Wait(kThree, After(1, true), failure).has_value(), GetParam().pinned);
}

TEST_P(RetryRule, HoldsAfterTheSecondAttempt) {
  const Failure failure{.kind = GetParam().kind};
  EXPECT_EQ(Wait(kThree, After(2, false), failure).has_value(), GetParam().open);
  EXPECT_EQ(Wait(kThree, After(2, true), failure).has_value(), GetParam().pinned);
}

TEST_P(RetryRule, EndsWithTheThirdAttempt) {
  const Failure failure{.kind = GetParam().kind};
  for (const bool pinned : {false, true}) {
    EXPECT_FALSE(Wait(kThree, After(3, pinned), failure));
    EXPECT_FALSE(Wait(kThree, After(4, pinned), failure));
  }
}

TEST_P(RetryRule, NeverHoldsWithAPolicyOfOneAttempt) {
  const Failure failure{.kind = GetParam().kind, .retry_after = milliseconds(1)};
  for (const bool pinned : {false, true}) {
    EXPECT_FALSE(Wait(RetryPolicy{.max_attempts = 1}, After(1, pinned), failure));
    EXPECT_FALSE(Wait(RetryPolicy{}, After(1, pinned), failure));
  }
}

INSTANTIATE_TEST_SUITE_P(Design, RetryRule, testing::ValuesIn(kRules), [](const auto& row) {
  return std::string(RowOf(row.param.kind).log_name);
});

TEST(RetryRules, CoverEveryKind) { EXPECT_EQ(std::size(kRules), kFailureTable.size()); }

TEST(Backoff, DoublesFromItsBaseAndStopsAtItsCap) {
  const RetryPolicy many{.max_attempts = 100};
  const Failure failure{.kind = FailureKind::kUnreachable};
  constexpr double kHalf = 0.5;
  const milliseconds expected[] = {milliseconds(25),  milliseconds(50),  milliseconds(100),
                                   milliseconds(200), milliseconds(400), milliseconds(500),
                                   milliseconds(500)};
  for (int i = 0; i < 7; ++i) {
    EXPECT_EQ(Wait(many, After(i + 1, false), failure, kHalf), expected[i]) << "attempt " << i + 1;
  }
  EXPECT_EQ(Wait(many, After(99, false), failure, kHalf), milliseconds(500));
}

TEST(Backoff, HasFullJitter) {
  const Failure failure{.kind = FailureKind::kUnreachable};
  EXPECT_EQ(Wait(kThree, After(1, false), failure, 0.0), milliseconds(0));
  const auto longest = Wait(kThree, After(1, false), failure, 0.999999);
  ASSERT_TRUE(longest);
  EXPECT_LT(*longest, milliseconds(50));
  EXPECT_GT(*longest, milliseconds(49));
}

TEST(RetryAfter, IsTheLeastWait) {
  const Failure later{.kind = FailureKind::kRateLimited, .retry_after = milliseconds(700)};
  EXPECT_EQ(Wait(kThree, After(1, false), later, 0.5), milliseconds(700));
  const Failure sooner{.kind = FailureKind::kRateLimited, .retry_after = milliseconds(3)};
  EXPECT_EQ(Wait(kThree, After(1, false), sooner, 0.5), milliseconds(25));
  const Failure zero{.kind = FailureKind::kUnavailable, .retry_after = milliseconds(0)};
  EXPECT_EQ(Wait(kThree, After(1, false), zero, 0.0), milliseconds(0));
}

TEST(RetryAfter, EndsTheCallWhereItDoesNotFit) {
  const CallProgress progress = After(1, true);  // 10 s are left.
  const auto wait = [&](clock::Duration asked) {
    return Wait(kThree, progress, {.kind = FailureKind::kUnavailable, .retry_after = asked});
  };
  EXPECT_EQ(wait(milliseconds(999)), milliseconds(999));
  EXPECT_FALSE(wait(seconds(10) + nanoseconds(1)));
  EXPECT_FALSE(wait(std::chrono::hours(24)));
}

TEST(RetryAfter, OfARateLimitIsWaitedForOneSecondAtMost) {
  const auto wait = [](FailureKind kind, clock::Duration asked) {
    return Wait(kThree, After(1, true), {.kind = kind, .retry_after = asked});
  };
  EXPECT_EQ(wait(FailureKind::kRateLimited, seconds(1)), seconds(1));
  EXPECT_FALSE(wait(FailureKind::kRateLimited, seconds(1) + nanoseconds(1)));
  EXPECT_EQ(wait(FailureKind::kUnavailable, seconds(2)), seconds(2));
}

const Failure kKeyReplaced{.kind = FailureKind::kCredentialsRejected, .credential_replaced = true};

TEST(ReplacedKey, IsTriedAtOnceForEveryCall) {
  for (const bool pinned : {false, true}) {
    for (const int attempts : {1, 2}) {
      const auto step = NextStep(kThree, After(attempts, pinned), kKeyReplaced, 0.9);
      ASSERT_TRUE(std::holds_alternative<Retry>(step));
      EXPECT_EQ(std::get<Retry>(step).delay, clock::Duration(0));
      EXPECT_TRUE(std::get<Retry>(step).is_key_retry);
    }
  }
}

TEST(ReplacedKey, IsTriedOnceACallWithinItsLimits) {
  CallProgress had_one = After(1, true);
  had_one.had_key_retry = true;
  EXPECT_FALSE(Wait(kThree, had_one, kKeyReplaced));
  EXPECT_FALSE(Wait(kThree, After(3, true), kKeyReplaced));
  EXPECT_FALSE(Wait(RetryPolicy{.max_attempts = 1}, After(1, true), kKeyReplaced));
  CallProgress gone = After(1, true);
  gone.caller_gone = true;
  EXPECT_FALSE(Wait(kThree, gone, kKeyReplaced));
  CallProgress late = After(1, true);
  late.now = late.send_by;
  EXPECT_FALSE(Wait(kThree, late, kKeyReplaced));
  late.now -= nanoseconds(1);
  EXPECT_TRUE(Wait(kThree, late, kKeyReplaced));
}

TEST(ReplacedKey, ChangesNothingAboutOtherRetries) {
  CallProgress had_one = After(2, true);
  had_one.had_key_retry = true;
  const auto step = NextStep(kThree, had_one, {.kind = FailureKind::kUnavailable}, kNoWait);
  ASSERT_TRUE(std::holds_alternative<Retry>(step));
  EXPECT_FALSE(std::get<Retry>(step).is_key_retry);
}

TEST(CallerGone, EndsTheCall) {
  CallProgress progress = After(1, true);
  EXPECT_TRUE(Wait(kThree, progress, {.kind = FailureKind::kUnavailable}));
  progress.caller_gone = true;
  EXPECT_FALSE(Wait(kThree, progress, {.kind = FailureKind::kUnavailable}));
}

TEST(SendBy, EndsTheCallWhereTheBackoffDoesNotFit) {
  const Failure failure{.kind = FailureKind::kUnreachable};
  CallProgress progress = After(1, false);
  progress.send_by = kNow + milliseconds(25);
  EXPECT_EQ(Wait(kThree, progress, failure, 0.4), milliseconds(20));
  EXPECT_FALSE(Wait(kThree, progress, failure, 0.6));
}

TEST(SendBy, EndsTheCallOnceItHasPassed) {
  const Failure failure{.kind = FailureKind::kUnreachable};
  for (const clock::Duration late :
       {clock::Duration(0), clock::Duration(1), clock::Duration(seconds(60))}) {
    CallProgress progress = After(1, true);
    progress.send_by = kNow - late;
    EXPECT_FALSE(Wait(kThree, progress, failure)) << late.count();
  }
}

}  // namespace
}  // namespace suprsend_gateway::workflow
