#include "service/telemetry/status_problems.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace suprsend_gateway::telemetry {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const absl::Time kNoon = absl::FromUnixSeconds(1'769'860'800);

StatusReport Well() { return {.now = kNoon, .is_ready = true}; }

auto Is(const std::string& what, const std::string& more) {
  return AllOf(Field(&Problem::what, what), Field(&Problem::more, HasSubstr(more)));
}

FailureSummary Failure(std::string reason, std::string code, uint64_t in_ten_minutes) {
  return {.reason = std::move(reason),
          .history = {.last_ten_minutes = {in_ten_minutes, in_ten_minutes}},
          .time = kNoon - absl::Seconds(12),
          .code = std::move(code)};
}

TEST(StatusProblemsTest, NothingKnownIsNothingWrong) {
  EXPECT_THAT(FindProblems(Well()), IsEmpty());
}

TEST(StatusProblemsTest, WhatIsAtItsBestIsNoProblem) {
  StatusReport report = Well();
  report.is_live = true;
  report.api_key = {.fingerprint = "0a1b2c3d"};
  report.files = {{.name = "caller_policy"}};
  report.breaker = {.is_open = false};
  report.held_back_until = kNoon;
  report.in_flight = {.used = 9, .limit = 10};
  report.audit = {.path = "-"};
  report.certificates = {
      {.what = "tls_cert", .not_after = kNoon + kCertificateNotice + absl::Seconds(1)}};
  EXPECT_THAT(FindProblems(report), IsEmpty());
}

TEST(StatusProblemsTest, TellsWhetherItServes) {
  StatusReport report = Well();
  report.is_live = false;
  report.is_ready = false;
  EXPECT_THAT(FindProblems(report),
              ElementsAre(Is("Not live", "restart"), Is("Not ready", "go elsewhere")));
}

TEST(StatusProblemsTest, TellsWhatIsUsedUp) {
  StatusReport report = Well();
  report.memory_is_short = true;
  report.in_flight = {.used = 10, .limit = 10};
  EXPECT_THAT(FindProblems(report),
              ElementsAre(Is("Memory is short", "GATEWAY_OVERLOADED"),
                          Is("There is no room for more calls in flight", "--max_in_flight")));
}

TEST(StatusProblemsTest, TellsThatTheCircuitIsOpen) {
  StatusReport report = Well();
  report.breaker = {.is_open = true};
  EXPECT_THAT(FindProblems(report),
              ElementsAre(Is("The circuit is open", "UPSTREAM_CIRCUIT_OPEN")));
  report.breaker->since = kNoon - absl::Seconds(250);
  EXPECT_THAT(FindProblems(report),
              ElementsAre(Is("The circuit opened 4 min 10 s ago (2026-01-31 11:55:50 UTC)", "")));
}

TEST(StatusProblemsTest, TellsHowLongSuprSendHasUsWait) {
  StatusReport report = Well();
  report.held_back_until = kNoon + absl::Seconds(30);
  EXPECT_THAT(FindProblems(report), ElementsAre(Is("SuprSend has us wait 30 s more", "429")));
}

TEST(StatusProblemsTest, OneFailureThatOnlyOperatorsCanMendIsAProblem) {
  StatusReport report = Well();
  report.api_key = {.fingerprint = "0a1b2c3d"};
  report.calls.all.last_ten_minutes = {.calls = 1'000'000, .failed = 4};
  report.calls.failures = {Failure("UPSTREAM_CREDENTIALS_REJECTED", "INTERNAL", 2),
                           Failure("UPSTREAM_UNTRUSTED", "INTERNAL", 1),
                           Failure("UPSTREAM_MISCONFIGURED", "UNIMPLEMENTED", 1),
                           Failure("SOMETHING_NEW", "INTERNAL", 1)};
  EXPECT_THAT(FindProblems(report),
              ElementsAre(Is("SuprSend rejects the API key 0a1b2c3d",
                             "It failed 2 calls in ten minutes, the last 12 s ago."),
                          Is("SuprSend's certificate is not trusted", "It failed 1 call in"),
                          Is("What answers is not SuprSend's endpoint", "--upstream_url"),
                          Is("Calls fail with SOMETHING_NEW", "Callers cannot mend that.")));
  for (FailureSummary& failure : report.calls.failures) failure.history = {};
  EXPECT_THAT(FindProblems(report), IsEmpty()) << "it is over";
}

TEST(StatusProblemsTest, ManyFailuresThatAreNotTheCallersAreAProblem) {
  StatusReport report = Well();
  // 96 good, and 4 that count against us.
  report.calls.all.last_ten_minutes = {.calls = 100, .failed = 4};
  report.calls.failures = {Failure("UPSTREAM_ERROR", "UNKNOWN", 2),
                           Failure("UPSTREAM_REJECTED", "FAILED_PRECONDITION", 1),
                           Failure("UPSTREAM_RATE_LIMITED", "RESOURCE_EXHAUSTED", 1)};
  EXPECT_THAT(FindProblems(report), IsEmpty()) << "4 percent";
  report.calls.all.last_ten_minutes.failed = 5;
  report.calls.failures.push_back(Failure("UPSTREAM_TIMEOUT", "DEADLINE_EXCEEDED", 1));
  EXPECT_THAT(FindProblems(report),
              ElementsAre(Is("5 of 100 good calls failed in ten minutes",
                             "Most failed with UPSTREAM_ERROR, the last 12 s ago.")));

  report.calls.all.last_ten_minutes = {.calls = 2, .failed = 2};
  report.calls.failures = {Failure("UPSTREAM_ERROR", "UNKNOWN", 2)};
  EXPECT_THAT(FindProblems(report), IsEmpty()) << "too few to say";
}

TEST(StatusProblemsTest, WhatIsTheCallersDoingCountsNeitherWay) {
  StatusReport report = Well();
  report.calls.all.last_ten_minutes = {.calls = 1000, .failed = 1000};
  report.calls.failures = {Failure("INVALID_FILTER", "INVALID_ARGUMENT", 900),
                           Failure("CALLER_QUOTA_EXCEEDED", "RESOURCE_EXHAUSTED", 40),
                           Failure("DEADLINE_BEFORE_SEND", "DEADLINE_EXCEEDED", 30),
                           Failure("CALLER_CANCELLED", "CANCELLED", 18)};
  EXPECT_THAT(FindProblems(report), IsEmpty());
  report.calls.failures.push_back(Failure("UPSTREAM_ERROR", "UNKNOWN", 12));
  EXPECT_THAT(FindProblems(report),
              ElementsAre(Is("12 of 12 good calls failed in ten minutes", "UPSTREAM_ERROR")));
}

TEST(StatusProblemsTest, ADeadlineThatPassedWhileConnectingIsNotTheCallersDoing) {
  StatusReport report = Well();
  report.calls.all.last_ten_minutes = {.calls = 40, .failed = 40};
  report.calls.failures = {Failure("DEADLINE_BEFORE_SEND", "DEADLINE_EXCEEDED", 30),
                           Failure("DEADLINE_BEFORE_SEND", "DEADLINE_EXCEEDED", 10)};
  report.calls.failures[0].was_attempted = true;
  EXPECT_THAT(FindProblems(report),
              ElementsAre(Is("30 of 30 good calls failed in ten minutes", "DEADLINE_BEFORE_SEND")));
}

TEST(StatusProblemsTest, ARedirectIsForOperatorsWhateverItsCode) {
  StatusReport report = Well();
  report.calls.failures = {Failure("UPSTREAM_REDIRECT", "UNKNOWN", 1)};
  EXPECT_THAT(FindProblems(report),
              ElementsAre(Is("What answers is not SuprSend's endpoint", "It failed 1 call")));
}

TEST(StatusProblemsTest, TellsOfFilesThatAreNotGood) {
  StatusReport report = Well();
  report.api_key = {.fingerprint = "0a1b2c3d",
                    .file = {.name = "api_key", .is_good = false, .fault = "/key is empty"}};
  report.files = {{.name = "caller_policy", .is_good = false}, {.name = "client_ca"}};
  EXPECT_THAT(FindProblems(report),
              ElementsAre(Is("The file api_key is not good",
                             "/key is empty. The key 0a1b2c3d stays in use, but only until"),
                          Is("The file caller_policy is not good", "What it held before stays")));
}

TEST(StatusProblemsTest, TellsOfTheAuditLogAndWhatItDoesToCalls) {
  StatusReport report = Well();
  report.audit = {.path = "/audit.log", .is_failing = true};
  EXPECT_THAT(FindProblems(report), ElementsAre(Is("The audit log cannot be written",
                                                   "Calls go on; their records wait")));
  report.audit->fails_closed = true;
  EXPECT_THAT(FindProblems(report), ElementsAre(Is("The audit log cannot be written",
                                                   "refused with GATEWAY_AUDIT_UNAVAILABLE")));
}

TEST(StatusProblemsTest, TellsOfAuditRecordsThatAreLostAlsoOnceItIsWellAgain) {
  StatusReport report = Well();
  report.audit = {.path = "/audit.log", .dropped = 7};
  EXPECT_THAT(FindProblems(report), ElementsAre(Is("The audit log lacks 7 records", "lost")));
}

TEST(StatusProblemsTest, TellsOfCertificatesThatEndWithinTwoWeeks) {
  StatusReport report = Well();
  report.certificates = {{.what = "tls_cert", .not_after = kNoon + kCertificateNotice}};
  EXPECT_THAT(FindProblems(report),
              ElementsAre(Is("The tls_cert certificate ends in 14 days (2026-02-14 12:00:00 UTC)",
                             "Callers cannot connect after that.")));
  report.certificates[0].not_after = kNoon;
  EXPECT_THAT(FindProblems(report),
              ElementsAre(Is("The tls_cert certificate ended now (2026-01-31 12:00:00 UTC)",
                             "Callers cannot connect.")));
}

}  // namespace
}  // namespace suprsend_gateway::telemetry
