#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "service/workflow/attempt_loop.h"
#include "tests/unit/workflow/scripted.h"

namespace suprsend_gateway::workflow {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(CallerGone, BeforeTheFirstAttemptNothingIsSent) {
  for (const int max_attempts : {1, 3}) {
    LoopWorld world(max_attempts);
    world.caller.request_stop();
    world.Start(Pinned());
    ASSERT_EQ(world.endings, 1);
    EXPECT_EQ(world.failure().kind, FailureKind::kCancelledBeforeSend);
    EXPECT_EQ(world.ended->http_status, 0);
    EXPECT_TRUE(world.ended->attempts.empty());
    EXPECT_EQ(world.canceller.attempts(), 0u);
  }
}

TEST(CallerGone, BetweenAttemptsNothingMoreIsSent) {
  LoopWorld world(3);
  world.canceller.ThenFail(FailureKind::kUnavailable, 503);
  world.canceller.ThenSucceed({"dsl_1"});
  world.Start(Open());
  ASSERT_EQ(world.endings, 0);
  world.caller.request_stop();
  world.RunAll();

  ASSERT_EQ(world.endings, 1);
  EXPECT_EQ(world.canceller.attempts(), 1u);
  EXPECT_EQ(RowOf(world.failure().kind).outcome, Outcome::kNotApplied);
  EXPECT_EQ(world.ended->attempts.size(), 1u);
}

TEST(CallerGone, BetweenAttemptsAnUnknownOutcomeIsKept) {
  LoopWorld world(3);
  world.canceller.ThenFail(FailureKind::kConnectionLost);
  world.canceller.ThenFail(FailureKind::kUnavailable, 503);
  world.Start(Pinned());
  world.scheduler.RunNext();
  world.caller.request_stop();
  world.RunAll();

  ASSERT_EQ(world.endings, 1);
  EXPECT_EQ(world.canceller.attempts(), 2u);
  EXPECT_EQ(world.failure().kind, FailureKind::kConnectionLost);
}

TEST(CallerGone, WhileAnAttemptSucceedsTheResultIsToldAllTheSame) {
  LoopWorld world(1);
  world.canceller.Then({.result = {.result = CancelResult{{"dsl_1"}}, .http_status = 200},
                        .meanwhile = [&] { world.caller.request_stop(); }});
  world.Start(Open());
  ASSERT_EQ(world.endings, 1);
  EXPECT_TRUE(std::holds_alternative<CancelResult>(world.ended->result));
}

// "Never: … after the caller cancelled."
TEST(CallerGone, WhileAnAttemptFailsNoOtherFollows) {
  LoopWorld world(3);
  world.canceller.Then(
      {.result = {.result = Failure{.kind = FailureKind::kUnavailable, .http_status = 503},
                  .http_status = 503},
       .meanwhile = [&] { world.caller.request_stop(); }});
  world.Start(Pinned());
  world.RunAll();
  ASSERT_EQ(world.endings, 1);
  EXPECT_EQ(world.canceller.attempts(), 1u);
  EXPECT_EQ(RowOf(world.failure().kind).outcome, Outcome::kNotApplied);
}

TEST(SendBy, WhenPassedNothingIsSent) {
  for (const clock::Duration late : {clock::Duration(1), clock::Duration(seconds(5))}) {
    LoopWorld world(3);
    world.send_in = -late;
    world.Start(Pinned());
    ASSERT_EQ(world.endings, 1);
    EXPECT_EQ(world.failure().kind, FailureKind::kDeadlineBeforeSend);
    EXPECT_EQ(world.ended->http_status, 0);
    EXPECT_TRUE(world.ended->attempts.empty());
    EXPECT_EQ(world.canceller.attempts(), 0u);
  }
}

TEST(SendBy, WithinItTheAttemptIsMade) {
  LoopWorld world(1);
  world.send_in = clock::Duration(1);
  world.canceller.ThenSucceed({});
  world.Start(Open());
  ASSERT_EQ(world.endings, 1);
  EXPECT_EQ(world.canceller.attempts(), 1u);
}

TEST(SendBy, ThatAnAttemptUsedUpAllowsNoOther) {
  LoopWorld world(3);
  world.canceller.Then(
      {.result = {.result = Failure{.kind = FailureKind::kUnreachable}}, .lasts = world.send_in});
  world.Start(Pinned());
  EXPECT_EQ(world.scheduler.waiting(), 0u);
  ASSERT_EQ(world.endings, 1);
  EXPECT_EQ(world.failure().kind, FailureKind::kUnreachable);
}

TEST(SendBy, ThatPassesInALateWaitAllowsNoOther) {
  LoopWorld world(3);
  world.canceller.ThenFail(FailureKind::kTimeout, 504);
  world.Start(Pinned());
  ASSERT_EQ(world.scheduler.waiting(), 1u);
  world.scheduler.RunNext(seconds(20));
  ASSERT_EQ(world.endings, 1);
  EXPECT_EQ(world.canceller.attempts(), 1u);
  EXPECT_EQ(world.failure().kind, FailureKind::kTimeout);
  EXPECT_EQ(world.ended->http_status, 504);
  EXPECT_EQ(world.ended->attempts.size(), 1u);
}

TEST(SendBy, ShorterThanRetryAfterEndsTheCallAtOnce) {
  LoopWorld world(3);
  world.send_in = milliseconds(500);
  const Failure limited{
      .kind = FailureKind::kRateLimited, .http_status = 429, .retry_after = milliseconds(501)};
  world.canceller.Then({.result = {.result = limited, .http_status = 429}});
  world.Start(Pinned());
  ASSERT_EQ(world.endings, 1);
  EXPECT_EQ(world.failure().kind, FailureKind::kRateLimited);
  EXPECT_EQ(world.failure().retry_after, milliseconds(501));
}

}  // namespace
}  // namespace suprsend_gateway::workflow
