#include "service/telemetry/recent_calls.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"

namespace suprsend_gateway::telemetry {
namespace {

using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// The start of a step of five seconds.
const absl::Time kNoon = absl::FromUnixSeconds(1'769'860'800);

CallRecord Ok(std::string caller) { return {.caller = std::move(caller)}; }

CallRecord Failed(std::string caller, std::string_view reason = "UPSTREAM_ERROR") {
  return {.caller = std::move(caller), .code = "UNKNOWN", .reason = reason, .outcome = "UNKNOWN"};
}

auto Named(const std::string& name) { return Field(&CallerSummary::name, name); }
auto Because(const std::string& reason) { return Field(&FailureSummary::reason, reason); }

TEST(RecentCallsTest, BeginsWithNothing) {
  const RecentCallsSummary summary = RecentCalls().Summarize(kNoon);
  EXPECT_THAT(summary.failures, IsEmpty());
  EXPECT_THAT(summary.callers, IsEmpty());
  EXPECT_EQ(summary.other_callers, std::nullopt);
  EXPECT_EQ(summary.all, CallHistory());
}

TEST(RecentCallsTest, CountsACallersCallsInAMinuteInTenAndInAll) {
  RecentCalls calls;
  calls.CallEnded(Ok("a"), kNoon - absl::Hours(1));
  calls.CallEnded(Failed("a"), kNoon - absl::Hours(1));
  calls.CallEnded(Failed("a"), kNoon - absl::Minutes(5));
  calls.CallEnded(Ok("a"), kNoon - absl::Seconds(30));
  calls.CallEnded(Ok("b"), kNoon);
  const RecentCallsSummary summary = calls.Summarize(kNoon);
  ASSERT_THAT(summary.callers, ElementsAre(Named("a"), Named("b")));
  const CallHistory expected = {.last_minute = {.calls = 1, .failed = 0},
                                .last_ten_minutes = {.calls = 2, .failed = 1},
                                .in_all = {.calls = 4, .failed = 2}};
  EXPECT_EQ(summary.callers[0].history, expected);
  EXPECT_EQ(summary.all.last_minute, (CallCounts{.calls = 2, .failed = 0}));
  EXPECT_EQ(summary.all.in_all, (CallCounts{.calls = 5, .failed = 2}));
}

TEST(RecentCallsTest, ACallLeavesTheMinuteAndTheTenAtTheirEnd) {
  RecentCalls calls;
  calls.CallEnded(Ok("a"), kNoon);
  const auto history = [&calls](absl::Duration later) {
    return calls.Summarize(kNoon + later).all;
  };
  EXPECT_EQ(history(absl::Milliseconds(59'999)).last_minute.calls, 1);
  EXPECT_EQ(history(absl::Seconds(60)).last_minute.calls, 0);
  EXPECT_EQ(history(absl::Milliseconds(599'999)).last_ten_minutes.calls, 1);
  EXPECT_EQ(history(absl::Seconds(600)).last_ten_minutes.calls, 0);
  EXPECT_EQ(history(absl::Seconds(600)).in_all.calls, 1);

  // Where the next round of steps begins.
  calls.CallEnded(Failed("a"), kNoon + absl::Seconds(600));
  EXPECT_EQ(history(absl::Seconds(600)).last_ten_minutes, (CallCounts{.calls = 1, .failed = 1}));
}

TEST(RecentCallsTest, CallsAfterTheClockWentBackCountAndThoseOfTheFutureDoNot) {
  RecentCalls calls;
  calls.CallEnded(Ok("a"), kNoon + absl::Minutes(3));
  calls.CallEnded(Ok("a"), kNoon);
  EXPECT_EQ(calls.Summarize(kNoon).all.last_ten_minutes.calls, 1);
  EXPECT_EQ(calls.Summarize(kNoon).all.in_all.calls, 2);
  EXPECT_EQ(calls.Summarize(absl::InfinitePast()).all.in_all.calls, 2);
}

TEST(RecentCallsTest, TellsHowOftenAReasonCameAndAllOfTheLastTime) {
  RecentCalls calls;
  calls.CallEnded(Failed("first", "UPSTREAM_ERROR"), kNoon - absl::Minutes(2));
  calls.CallEnded({.request_id = "0123abcd",
                   .trace_id = "4bf92f3577b34da6a3ce929d0e0e4736",
                   .caller = "second",
                   .code = "UNKNOWN",
                   .reason = "UPSTREAM_ERROR",
                   .outcome = "UNKNOWN",
                   .http_status = 502},
                  kNoon);
  const std::vector<FailureSummary> failures = calls.Summarize(kNoon).failures;
  ASSERT_THAT(failures, SizeIs(1));
  const FailureSummary& last = failures[0];
  EXPECT_EQ(last.reason, "UPSTREAM_ERROR");
  EXPECT_EQ(last.history.last_minute.calls, 1);
  EXPECT_EQ(last.history.last_ten_minutes.calls, 2);
  EXPECT_EQ(last.history.in_all.calls, 2);
  EXPECT_EQ(last.time, kNoon);
  EXPECT_EQ(last.code, "UNKNOWN");
  EXPECT_EQ(last.outcome, "UNKNOWN");
  EXPECT_EQ(last.caller, "second");
  EXPECT_EQ(last.request_id, "0123abcd");
  EXPECT_EQ(last.trace_id, "4bf92f3577b34da6a3ce929d0e0e4736");
  EXPECT_EQ(last.http_status, 502);
}

TEST(RecentCallsTest, AReasonWithSeveralCodesStandsOnceForEach) {
  RecentCalls calls;
  for (const char* code : {"UNKNOWN", "INTERNAL", "UNKNOWN"}) {
    calls.CallEnded({.code = code, .reason = "UPSTREAM_REDIRECT", .outcome = "UNKNOWN"}, kNoon);
  }
  const std::vector<FailureSummary> failures = calls.Summarize(kNoon).failures;
  ASSERT_THAT(failures, SizeIs(2));
  EXPECT_EQ(failures[0].code, "UNKNOWN");
  EXPECT_EQ(failures[0].history.in_all.calls, 2u);
  EXPECT_EQ(failures[1].code, "INTERNAL");
  EXPECT_EQ(failures[1].history.in_all.calls, 1u);
}

TEST(RecentCallsTest, AFailureAfterAnAttemptIsNotOneWithout) {
  RecentCalls calls;
  CallRecord failed = Failed("a", "DEADLINE_BEFORE_SEND");
  calls.CallEnded(failed, kNoon);
  failed.attempts = {{"deadline_before_send", std::chrono::seconds(1)}};
  for (int i = 0; i < 2; ++i) calls.CallEnded(failed, kNoon);
  const std::vector<FailureSummary> failures = calls.Summarize(kNoon).failures;
  ASSERT_THAT(failures, SizeIs(2));
  EXPECT_TRUE(failures[0].was_attempted);
  EXPECT_EQ(failures[0].history.in_all.calls, 2u);
  EXPECT_FALSE(failures[1].was_attempted);
  EXPECT_EQ(failures[1].history.in_all.calls, 1u);
}

TEST(RecentCallsTest, WhatFailsMostOfLateComesFirstThenWhatFailedLast) {
  RecentCalls calls;
  for (int i = 0; i < 9; ++i) calls.CallEnded(Failed("a", "LONG_AGO"), kNoon - absl::Hours(1));
  calls.CallEnded(Failed("a", "EARLY"), kNoon - absl::Seconds(3));
  calls.CallEnded(Failed("a", "LATE"), kNoon - absl::Seconds(2));
  for (int i = 0; i < 2; ++i) calls.CallEnded(Failed("a", "MOST"), kNoon - absl::Minutes(9));
  EXPECT_THAT(calls.Summarize(kNoon).failures,
              ElementsAre(Because("MOST"), Because("LATE"), Because("EARLY"), Because("LONG_AGO")));
}

TEST(RecentCallsTest, WhoCallsMostInTheLastMinuteComesFirst) {
  RecentCalls calls;
  for (int i = 0; i < 9; ++i) calls.CallEnded(Ok("long ago"), kNoon - absl::Hours(1));
  for (int i = 0; i < 5; ++i) calls.CallEnded(Ok("lately"), kNoon - absl::Minutes(2));
  for (int i = 0; i < 2; ++i) calls.CallEnded(Ok("now"), kNoon);
  calls.CallEnded(Ok(""), kNoon);
  calls.CallEnded(Ok("b"), kNoon);
  EXPECT_THAT(calls.Summarize(kNoon).callers,
              ElementsAre(Named("now"), Named(""), Named("b"), Named("lately"), Named("long ago")));
}

TEST(RecentCallsTest, KeepsTheCallersWhoCalledLastAndSumsTheOthers) {
  RecentCalls calls;
  calls.CallEnded(Failed("first"), kNoon - absl::Minutes(5));
  calls.CallEnded(Ok("second"), kNoon);
  for (size_t i = 2; i < RecentCalls::kMaxCallers; ++i) {
    calls.CallEnded(Ok(absl::StrCat("caller ", i)), kNoon);
  }
  EXPECT_THAT(calls.Summarize(kNoon).callers, SizeIs(RecentCalls::kMaxCallers));
  EXPECT_EQ(calls.Summarize(kNoon).other_callers, std::nullopt);

  calls.CallEnded(Ok("second"), kNoon);  // So that it is not the next to go.
  calls.CallEnded(Ok("one more"), kNoon);
  calls.CallEnded(Ok("and one more"), kNoon);
  const RecentCallsSummary summary = calls.Summarize(kNoon);
  EXPECT_THAT(summary.callers, SizeIs(RecentCalls::kMaxCallers));
  EXPECT_THAT(summary.callers.front(), Named("second"));
  for (const CallerSummary& caller : summary.callers) {
    EXPECT_NE(caller.name, "first");
    EXPECT_NE(caller.name, "caller 2");
  }
  const CallHistory others = {.last_minute = {.calls = 1, .failed = 0},
                              .last_ten_minutes = {.calls = 2, .failed = 1},
                              .in_all = {.calls = 2, .failed = 1}};
  EXPECT_EQ(summary.other_callers, others);

  calls.CallEnded(Ok("first"), kNoon);
  const std::vector<CallerSummary> callers = calls.Summarize(kNoon).callers;
  const auto first = std::find_if(callers.begin(), callers.end(),
                                  [](const auto& caller) { return caller.name == "first"; });
  ASSERT_NE(first, callers.end());
  EXPECT_EQ(first->history.in_all.calls, 1);
}

TEST(RecentCallsTest, NamesOfAnyLengthAreCutWhereTheyAreKept) {
  RecentCalls calls;
  const std::string longest(RecentCalls::kMaxNameBytes, 'x');
  calls.CallEnded(Ok(longest), kNoon);
  calls.CallEnded(Failed(longest + "y"), kNoon);
  const RecentCallsSummary summary = calls.Summarize(kNoon);
  ASSERT_THAT(summary.callers, ElementsAre(Named(longest)));
  EXPECT_EQ(summary.callers[0].history.in_all.calls, 2);
  EXPECT_EQ(summary.failures[0].caller, longest);
}

TEST(RecentCallsTest, CountsFromManyThreadsWhileItIsRead) {
  constexpr size_t kThreads = 4;
  constexpr size_t kCalls = 500;
  RecentCalls calls;
  {
    std::vector<std::jthread> threads;
    for (size_t t = 0; t < kThreads; ++t) {
      threads.emplace_back([&calls, t] {
        for (size_t i = 0; i < kCalls; ++i) {
          // More names than are kept.
          calls.CallEnded(i % 2 == 0 ? Ok(absl::StrCat(i % 140)) : Failed(absl::StrCat(t)), kNoon);
        }
      });
    }
    for (int i = 0; i < 20; ++i) {
      EXPECT_LE(calls.Summarize(kNoon).callers.size(), RecentCalls::kMaxCallers);
    }
  }
  const RecentCallsSummary summary = calls.Summarize(kNoon);
  EXPECT_EQ(summary.all.in_all, (CallCounts{kThreads * kCalls, kThreads * kCalls / 2}));
  uint64_t counted = summary.other_callers ? summary.other_callers->last_minute.calls : 0;
  for (const CallerSummary& caller : summary.callers) counted += caller.history.last_minute.calls;
  EXPECT_EQ(counted, kThreads * kCalls) << "no call is lost between the callers";
}

}  // namespace
}  // namespace suprsend_gateway::telemetry
