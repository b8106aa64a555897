#include "service/workflow/attempt_loop.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/workflow/scripted.h"

namespace suprsend_gateway::workflow {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;

std::vector<std::optional<FailureKind>> KindsOf(const CallResult& result) {
  std::vector<std::optional<FailureKind>> kinds;
  for (const AttemptRecord& attempt : result.attempts) kinds.push_back(attempt.failure);
  return kinds;
}

TEST(AttemptLoop, GivesTheResultOfTheFirstAttemptThatSucceeds) {
  LoopWorld world(3);
  world.canceller.Then({.result = {.result = CancelResult{{"dsl_1", "dsl_2"}}, .http_status = 201},
                        .lasts = milliseconds(70)});
  world.Start(Open());

  ASSERT_EQ(world.endings, 1);
  EXPECT_THAT(std::get<CancelResult>(world.ended->result).execution_ids,
              ElementsAre("dsl_1", "dsl_2"));
  EXPECT_EQ(world.ended->http_status, 201);
  EXPECT_THAT(KindsOf(*world.ended), ElementsAre(std::nullopt));
  EXPECT_EQ(world.ended->attempts[0].duration, milliseconds(70));
  EXPECT_EQ(world.scheduler.waiting(), 0u);
}

TEST(AttemptLoop, PassesTheFilterAndTheLimitsOfTheCallToEachAttempt) {
  LoopWorld world(3);
  world.send_in = std::chrono::seconds(2);  // Less than one attempt may take.
  const auto send_by = world.scheduler.Now() + world.send_in;
  world.canceller.ThenFail(FailureKind::kTimeout, 504);
  world.canceller.ThenSucceed({});
  world.Start({.execution_id = "dsl_1", .recipients = {"a", "b"}});
  world.RunAll();

  ASSERT_EQ(world.canceller.attempts(), 2u);
  for (size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(world.canceller.request(i)->filter.execution_id, "dsl_1");
    EXPECT_THAT(world.canceller.request(i)->filter.recipients, ElementsAre("a", "b"));
    EXPECT_EQ(world.canceller.request(i)->traceparent, "the traceparent");
    EXPECT_EQ(world.canceller.limits(i).send_by, send_by);
    EXPECT_EQ(world.canceller.limits(i).deadline, send_by + milliseconds(50));
    EXPECT_FALSE(world.canceller.limits(i).caller_gone.stop_requested());
  }
  world.caller.request_stop();
  EXPECT_TRUE(world.canceller.limits(1).caller_gone.stop_requested());
}

TEST(AttemptLoop, MakesOneAttemptWithAPolicyOfOne) {
  LoopWorld world(1);
  world.canceller.ThenFail(FailureKind::kUnavailable, 503);
  world.Start(Pinned());

  ASSERT_EQ(world.endings, 1);
  EXPECT_EQ(world.failure().kind, FailureKind::kUnavailable);
  EXPECT_EQ(world.ended->http_status, 503);
  EXPECT_THAT(KindsOf(*world.ended), ElementsAre(FailureKind::kUnavailable));
  EXPECT_EQ(world.scheduler.waiting(), 0u);
}

TEST(AttemptLoop, NeverRepeatsAnOpenCallThatMayHaveApplied) {
  for (const FailureKind kind : {FailureKind::kTimeout, FailureKind::kConnectionLost,
                                 FailureKind::kUpstreamError, FailureKind::kBadReply}) {
    LoopWorld world(3);
    world.canceller.ThenFail(kind);
    world.Start(Open());
    world.RunAll();
    EXPECT_EQ(world.endings, 1);
    EXPECT_EQ(world.canceller.attempts(), 1u) << RowOf(kind).log_name;
  }
}

TEST(AttemptLoop, WaitsAsLongAsUpstreamAsked) {
  LoopWorld world(3);
  const Failure limited{
      .kind = FailureKind::kRateLimited, .http_status = 429, .retry_after = milliseconds(600)};
  world.canceller.Then({.result = {.result = limited, .http_status = 429}});
  world.canceller.ThenSucceed({"dsl_1"});
  world.Start(Open());

  EXPECT_EQ(world.endings, 0);
  ASSERT_EQ(world.scheduler.waiting(), 1u);
  EXPECT_EQ(world.scheduler.next_delay(), milliseconds(600));
  EXPECT_EQ(world.canceller.attempts(), 1u);
  world.scheduler.RunNext();
  ASSERT_EQ(world.endings, 1);
  EXPECT_EQ(world.ended->http_status, 200);
  EXPECT_THAT(KindsOf(*world.ended), ElementsAre(FailureKind::kRateLimited, std::nullopt));
}

TEST(AttemptLoop, KeepsEachBackoffUnderItsCeiling) {
  for (int round = 0; round < 200; ++round) {
    LoopWorld world(3);
    for (int i = 0; i < 3; ++i) world.canceller.ThenFail(FailureKind::kUnreachable);
    world.Start(Open());
    ASSERT_EQ(world.scheduler.waiting(), 1u);
    EXPECT_GE(world.scheduler.next_delay(), milliseconds(0));
    EXPECT_LE(world.scheduler.next_delay(), milliseconds(50));
    world.scheduler.RunNext();
    EXPECT_LE(world.scheduler.next_delay(), milliseconds(100));
    world.scheduler.RunNext();
    ASSERT_EQ(world.endings, 1);
    EXPECT_EQ(world.canceller.attempts(), 3u);
  }
}

// What the call ends with, after two or three failed attempts of a pinned call.
struct Mix {
  const char* name;
  std::vector<FailureKind> attempts;  // HTTP status 501, 502, … tells them apart.
  size_t told;
};

class WorstOutcome : public testing::TestWithParam<Mix> {};

TEST_P(WorstOutcome, IsWhatTheCallEndsWith) {
  LoopWorld world(3);
  for (size_t i = 0; i < GetParam().attempts.size(); ++i) {
    world.canceller.ThenFail(GetParam().attempts[i], 501 + static_cast<int>(i));
  }
  world.Start(Pinned());
  world.RunAll();

  ASSERT_EQ(world.endings, 1);
  EXPECT_EQ(world.canceller.attempts(), GetParam().attempts.size());
  EXPECT_EQ(world.failure().kind, GetParam().attempts[GetParam().told]);
  EXPECT_EQ(world.failure().http_status, 501 + static_cast<int>(GetParam().told));
  EXPECT_EQ(world.ended->http_status, 501 + static_cast<int>(GetParam().told));
  EXPECT_EQ(world.ended->attempts.size(), GetParam().attempts.size());
}

constexpr auto kSafe = FailureKind::kUnavailable;
constexpr auto kSafeToo = FailureKind::kRateLimited;
constexpr auto kMaybe = FailureKind::kTimeout;
constexpr auto kMaybeToo = FailureKind::kUpstreamError;
INSTANTIATE_TEST_SUITE_P(
    AttemptLoop, WorstOutcome,
    testing::Values(Mix{"last_of_the_safe", {kSafe, kSafeToo, kSafe}, 2},
                    Mix{"last_of_the_unknown", {kMaybe, kMaybeToo, kMaybe}, 2},
                    Mix{"unknown_first", {kMaybe, kSafe, kSafeToo}, 0},
                    Mix{"unknown_in_the_middle", {kSafe, kMaybe, kSafeToo}, 1},
                    Mix{"unknown_last", {kSafe, kSafeToo, kMaybe}, 2},
                    Mix{"latest_of_two_unknown", {kMaybe, kMaybeToo, kSafe}, 1},
                    Mix{"unknown_then_refused", {kMaybe, FailureKind::kRejected}, 0},
                    Mix{"unknown_then_bad_key", {kMaybe, FailureKind::kCredentialsRejected}, 0},
                    Mix{"unknown_then_not_found", {kMaybe, kMaybeToo, FailureKind::kNotFound}, 1},
                    Mix{"unknown_then_unreachable", {kMaybe, FailureKind::kUnreachable, kSafe}, 0},
                    Mix{"safe_then_refused", {kSafe, FailureKind::kRejected}, 1},
                    Mix{"unknown_then_bad_reply", {kMaybe, FailureKind::kBadReply}, 1},
                    Mix{"safe_then_deadline", {kSafe, FailureKind::kDeadlineBeforeSend}, 1},
                    Mix{"unknown_then_deadline", {kMaybe, FailureKind::kDeadlineBeforeSend}, 0},
                    Mix{"unknown_then_gone", {kMaybe, FailureKind::kCancelledBeforeSend}, 0}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(AttemptLoop, SucceedsAfterAnAttemptWithUnknownOutcome) {
  LoopWorld world(3);
  world.canceller.ThenFail(FailureKind::kConnectionLost);
  world.canceller.ThenSucceed({});
  world.Start(Pinned());
  world.RunAll();
  ASSERT_EQ(world.endings, 1);
  EXPECT_TRUE(std::holds_alternative<CancelResult>(world.ended->result));
  EXPECT_EQ(world.ended->http_status, 200);
}

TEST(AttemptLoop, HoldsNothingBackWhileAnAttemptIsOpen) {
  LoopWorld world(3);
  world.Start(Open());
  world.Start(Pinned());
  EXPECT_EQ(world.canceller.attempts(), 2u);
  EXPECT_EQ(world.endings, 0);
  world.canceller.EndOpen({.result = CancelResult{{"dsl_1"}}, .http_status = 200});
  EXPECT_EQ(world.endings, 1);
  world.canceller.EndOpen(
      {.result = Failure{.kind = FailureKind::kRejected, .http_status = 400}, .http_status = 400});
  EXPECT_EQ(world.endings, 2);
  EXPECT_EQ(world.failure().kind, FailureKind::kRejected);
}

}  // namespace
}  // namespace suprsend_gateway::workflow
