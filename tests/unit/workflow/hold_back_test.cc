// What the loop holds back for upstream's sake, or for the caller's.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "service/workflow/upstream_sign.h"
#include "tests/unit/workflow/scripted.h"

namespace suprsend_gateway::workflow {
namespace {

using admission::Sign;
using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;

AttemptResult RateLimited(std::optional<clock::Duration> retry_after) {
  return {.result = Failure{.kind = FailureKind::kRateLimited,
                            .http_status = 429,
                            .retry_after = retry_after},
          .http_status = 429};
}

TEST(CoolDown, HoldsBackEveryCallOfTheProcess) {
  LoopWorld world(1);
  world.canceller.Then({.result = RateLimited(milliseconds(600))});
  world.Start(Open());
  ASSERT_EQ(world.endings, 1);

  world.canceller.ThenSucceed({"dsl_1"});
  world.Start(Pinned());
  EXPECT_EQ(world.canceller.attempts(), 1u);
  EXPECT_GE(world.scheduler.next_delay(), milliseconds(600));
  EXPECT_LE(world.scheduler.next_delay(), milliseconds(650));
  world.scheduler.RunNext();
  EXPECT_EQ(world.canceller.attempts(), 2u);
  EXPECT_EQ(world.endings, 2);
}

TEST(CoolDown, AnswersAtOnceACallThatWouldWaitOverASecondOrPastItsDeadline) {
  LoopWorld world(1);
  world.canceller.Then({.result = RateLimited(milliseconds(5000))});
  world.Start(Open());
  world.scheduler.Advance(seconds(1));
  world.Start(Pinned());
  ASSERT_EQ(world.endings, 2);
  EXPECT_EQ(world.failure().kind, FailureKind::kRateLimited);
  EXPECT_EQ(world.failure().retry_after, seconds(4));
  EXPECT_EQ(world.ended->http_status, 0);
  EXPECT_TRUE(world.ended->attempts.empty());

  world.scheduler.Advance(milliseconds(3500));
  world.send_in = milliseconds(400);
  world.Start(Pinned());
  ASSERT_EQ(world.endings, 3);
  EXPECT_EQ(world.failure().retry_after, milliseconds(500));
  EXPECT_EQ(world.canceller.attempts(), 1u);
}

TEST(CoolDown, NeedsARetryAfter) {
  LoopWorld world(1);
  world.canceller.Then({.result = RateLimited(std::nullopt)});
  world.Start(Open());
  world.canceller.ThenSucceed({});
  world.Start(Open());
  EXPECT_EQ(world.canceller.attempts(), 2u);
}

TEST(CircuitOpen, RefusesBeforeAnythingIsSent) {
  LoopWorld world(1, {.min_attempts = 2});
  for (int i = 0; i < 2; ++i) {
    world.canceller.ThenFail(FailureKind::kUnavailable, 503);
    world.Start(Pinned());
  }
  EXPECT_THAT(world.breaker_changes, ElementsAre(true));
  world.Start(Pinned());
  ASSERT_EQ(world.endings, 3);
  EXPECT_EQ(world.failure().kind, FailureKind::kCircuitOpen);
  EXPECT_EQ(world.failure().retry_after, seconds(2));
  EXPECT_TRUE(world.ended->attempts.empty());
  EXPECT_EQ(world.canceller.attempts(), 2u);

  world.scheduler.Advance(seconds(2));
  world.canceller.ThenSucceed({"dsl_1"});
  world.Start(Pinned());
  EXPECT_THAT(world.breaker_changes, ElementsAre(true, false));
}

TEST(CircuitOpen, ARetryThatItRefusesTellsOfTheAttemptThatWasMade) {
  LoopWorld world(3, {.min_attempts = 1});
  world.canceller.ThenFail(FailureKind::kTimeout, 504);
  world.Start(Pinned());
  world.RunAll();
  ASSERT_EQ(world.endings, 1);
  EXPECT_EQ(world.failure().kind, FailureKind::kTimeout);
  EXPECT_EQ(world.canceller.attempts(), 1u);
}

TEST(Budget, EndsACallThatWouldBeRetriedBeyondIt) {
  LoopWorld world(3, {.failure_percent = 0}, /*budget_percent=*/0);
  for (int i = 0; i < 4; ++i) {
    world.canceller.ThenFail(FailureKind::kUnavailable, 503);
    world.Start(Pinned());
  }
  EXPECT_EQ(world.scheduler.waiting(), 3u);
  ASSERT_EQ(world.endings, 1);
  EXPECT_EQ(world.failure().kind, FailureKind::kUnavailable);
  for (int i = 0; i < 3; ++i) world.canceller.ThenSucceed({});
  world.RunAll();
  EXPECT_EQ(world.endings, 4);
}

// A revoked key hits all calls at once, which must not use up what upstream's troubles need.
TEST(Budget, IsNotNeededWhereTheKeyWasReplaced) {
  constexpr int kCalls = 20;
  LoopWorld world(3, {}, /*budget_percent=*/0);
  const Failure replaced{
      .kind = FailureKind::kCredentialsRejected, .http_status = 401, .credential_replaced = true};
  for (int i = 0; i < kCalls; ++i) {
    world.canceller.Then({.result = {.result = replaced, .http_status = 401}});
    world.Start(i % 2 == 0 ? Open() : Pinned());
  }
  EXPECT_EQ(world.endings, 0);
  EXPECT_EQ(world.scheduler.next_delay(), clock::Duration::zero());
  for (int i = 0; i < kCalls; ++i) world.canceller.ThenSucceed({"dsl_1"});
  world.RunAll();
  EXPECT_EQ(world.endings, kCalls);
  EXPECT_EQ(world.canceller.attempts(), size_t{2 * kCalls});
  EXPECT_TRUE(std::holds_alternative<CancelResult>(world.ended->result));
  EXPECT_FALSE(world.ended->answer_was_lost);
}

TEST(ReplacedKey, ThatIsRefusedTooEndsTheCall) {
  LoopWorld world(3);
  const Failure replaced{
      .kind = FailureKind::kCredentialsRejected, .http_status = 401, .credential_replaced = true};
  for (int i = 0; i < 2; ++i) {
    world.canceller.Then({.result = {.result = replaced, .http_status = 401}});
  }
  world.Start(Pinned());
  world.RunAll();
  ASSERT_EQ(world.endings, 1);
  EXPECT_EQ(world.canceller.attempts(), 2u);
  EXPECT_EQ(world.failure().kind, FailureKind::kCredentialsRejected);
}

TEST(AttemptTimeout, BoundsTheAttemptsOfAPinnedCallOnly) {
  LoopWorld world(1);
  const auto deadline = world.scheduler.Now() + world.send_in + milliseconds(50);
  world.Start(Open());
  world.Start(Pinned());
  EXPECT_EQ(world.canceller.limits(0).deadline, deadline);
  EXPECT_EQ(world.canceller.limits(1).deadline, world.scheduler.Now() + seconds(5));
  world.send_in = seconds(1);
  world.Start(Pinned());
  EXPECT_EQ(world.canceller.limits(2).deadline, world.scheduler.Now() + milliseconds(1050));
  for (int i = 0; i < 3; ++i) world.canceller.EndOpen({.result = CancelResult{}});
}

TEST(BeforeTheFirstAttempt, NothingIsSentUntilItIsDone) {
  LoopWorld world(3);
  absl::AnyInvocable<void() &&> go_on;
  world.canceller.ThenFail(FailureKind::kUnavailable, 503);
  world.canceller.ThenSucceed({"dsl_1"});
  int asked = 0;
  world.Start(Open(), [&](absl::AnyInvocable<void() &&> committed) {
    ++asked;
    go_on = std::move(committed);
  });
  EXPECT_EQ(world.canceller.attempts(), 0u);
  std::move(go_on)();
  EXPECT_EQ(world.canceller.attempts(), 1u);
  world.RunAll();
  EXPECT_EQ(world.endings, 1);
  EXPECT_EQ(asked, 1) << "the second attempt does not ask again";
}

TEST(BeforeTheFirstAttempt, ACallerThatIsGoneByThenIsNotServed) {
  LoopWorld world(3);
  world.Start(Open(), [&](absl::AnyInvocable<void() &&> committed) {
    world.caller.request_stop();
    std::move(committed)();
  });
  ASSERT_EQ(world.endings, 1);
  EXPECT_EQ(world.failure().kind, FailureKind::kCancelledBeforeSend);
  EXPECT_EQ(world.canceller.attempts(), 0u);
}

TEST(BeforeTheFirstAttempt, IsNotAskedWhereTheCallIsRefused) {
  LoopWorld world(1);
  world.canceller.Then({.result = RateLimited(seconds(30))});
  world.Start(Open());
  world.Start(Open(), [](absl::AnyInvocable<void() &&>) { ADD_FAILURE() << "asked"; });
  EXPECT_EQ(world.failure().kind, FailureKind::kRateLimited);
}

// The place in flight is given back at once, not after the wait.
TEST(CallerGone, EndsAWaitAtOnce) {
  LoopWorld world(3);
  world.canceller.Then({.result = {.result = Failure{.kind = FailureKind::kUnavailable,
                                                     .http_status = 503,
                                                     .retry_after = seconds(8)},
                                   .http_status = 503}});
  world.Start(Open());
  EXPECT_EQ(world.scheduler.next_delay(), seconds(8));
  world.caller.request_stop();
  EXPECT_EQ(world.scheduler.next_delay(), clock::Duration::zero());
  world.scheduler.RunNext();
  ASSERT_EQ(world.endings, 1);
  world.RunAll();
  EXPECT_EQ(world.endings, 1);
  EXPECT_EQ(world.canceller.attempts(), 1u);
}

TEST(AnswerWasLost, IsToldWhereASuccessCameAfterAnUnknownOutcome) {
  for (const bool unknown : {false, true}) {
    LoopWorld world(3);
    world.canceller.ThenFail(unknown ? FailureKind::kTimeout : FailureKind::kUnavailable);
    world.canceller.ThenFail(FailureKind::kUnavailable);
    world.canceller.ThenSucceed({"dsl_1"});
    world.Start(Pinned());
    world.RunAll();
    ASSERT_EQ(world.endings, 1);
    EXPECT_EQ(world.ended->answer_was_lost, unknown);
  }
}

TEST(UpstreamSign, IsFailedForWhatMeansThatUpstreamIsInTrouble) {
  const auto sign = [](FailureKind kind, int status) {
    return SignOf({.result = Failure{.kind = kind, .http_status = status}, .http_status = status});
  };
  EXPECT_EQ(SignOf({.result = CancelResult{}, .http_status = 200}), Sign::kWell);
  EXPECT_EQ(sign(FailureKind::kUnreachable, 0), Sign::kFailed);
  EXPECT_EQ(sign(FailureKind::kTimeout, 0), Sign::kFailed);
  EXPECT_EQ(sign(FailureKind::kUpstreamError, 502), Sign::kFailed);
  EXPECT_EQ(sign(FailureKind::kUnavailable, 503), Sign::kFailed);
  EXPECT_EQ(sign(FailureKind::kConnectionLost, 503), Sign::kFailed);
  EXPECT_EQ(sign(FailureKind::kTimeout, 504), Sign::kFailed);
  EXPECT_EQ(sign(FailureKind::kTimeout, 408), Sign::kWell);
  EXPECT_EQ(sign(FailureKind::kUnavailable, 421), Sign::kWell);
  EXPECT_EQ(sign(FailureKind::kUnavailable, 425), Sign::kWell);
  EXPECT_EQ(sign(FailureKind::kRateLimited, 429), Sign::kWell);
  EXPECT_EQ(sign(FailureKind::kUpstreamError, 500), Sign::kWell);
  EXPECT_EQ(sign(FailureKind::kRejected, 400), Sign::kWell);
  EXPECT_EQ(sign(FailureKind::kUpstreamErrorFinal, 599), Sign::kWell);
  EXPECT_EQ(sign(FailureKind::kConnectionLost, 0), Sign::kNothing);
  EXPECT_EQ(sign(FailureKind::kUntrusted, 0), Sign::kNothing);
  EXPECT_EQ(sign(FailureKind::kDeadlineBeforeSend, 0), Sign::kNothing);
  EXPECT_EQ(sign(FailureKind::kCancelledAfterSend, 0), Sign::kNothing);
}

}  // namespace
}  // namespace suprsend_gateway::workflow
