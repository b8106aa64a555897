#include "service/rpc/failure_status.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/rpc/status_details.h"

namespace suprsend_gateway::rpc {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;
using testing::Pair;
using testing::UnorderedElementsAre;
using workflow::Failure;
using workflow::FailureKind;
using workflow::Outcome;

TEST(FailureStatus, TellsEachKindAsItsRowHasIt) {
  for (const workflow::FailureRow& row : workflow::kFailureTable) {
    const FailureStatus failure = MakeFailureStatus({.kind = row.kind}, 1, "id-1");
    const Details details = DetailsOf(failure);
    EXPECT_EQ(failure.code, static_cast<int>(row.code)) << row.log_name;
    EXPECT_EQ(failure.message, row.message);
    EXPECT_EQ(details.status.code(), failure.code);
    EXPECT_EQ(details.status.message(), failure.message);

    const statusv1::ErrorInfo info = details.error_info();
    EXPECT_EQ(info.reason(), row.reason);
    EXPECT_EQ(info.domain(), "suprsend-gateway");
    const char* outcome = row.outcome == Outcome::kUnknown ? "UNKNOWN" : "NOT_APPLIED";
    EXPECT_THAT(info.metadata(),
                UnorderedElementsAre(Pair("outcome", outcome), Pair("attempts", "1")));

    const auto request = details.Get<statusv1::RequestInfo>("RequestInfo");
    ASSERT_TRUE(request) << row.log_name;
    EXPECT_EQ(request->request_id(), "id-1");
    EXPECT_EQ(request->serving_data(), "");
    EXPECT_EQ(details.status.details_size(), 2) << "no BadRequest, no RetryInfo";
  }
}

TEST(FailureStatus, TellsWhatUpstreamAnswered) {
  const FailureStatus failure = MakeFailureStatus({.kind = FailureKind::kRejected,
                                                   .http_status = 422,
                                                   .upstream_code = "wf_7",
                                                   .upstream_message = "no [redacted]"},
                                                  3, "id");
  EXPECT_THAT(DetailsOf(failure).error_info().metadata(),
              UnorderedElementsAre(Pair("outcome", "NOT_APPLIED"), Pair("attempts", "3"),
                                   Pair("http_status", "422"), Pair("upstream_code", "wf_7"),
                                   Pair("upstream_message", "no [redacted]")));
  // Upstream's words are in the metadata only.
  EXPECT_EQ(failure.message.find("redacted"), std::string::npos);
}

TEST(FailureStatus, TellsThatNothingWasAsked) {
  const FailureStatus failure =
      MakeFailureStatus({.kind = FailureKind::kDeadlineBeforeSend}, 0, "id");
  EXPECT_EQ(DetailsOf(failure).error_info().metadata().at("attempts"), "0");
}

TEST(FailureStatus, ListsTheViolations) {
  Violations violations;
  violations.Add(FailureKind::kInvalidFilter, "recipients[3]", "is blank");
  violations.Add(FailureKind::kUnknownField, "7", "is no field");
  const FailureStatus failure =
      MakeFailureStatus({.kind = FailureKind::kInvalidFilter}, 0, "id", violations);
  const auto bad = DetailsOf(failure).Get<statusv1::BadRequest>("BadRequest");
  ASSERT_TRUE(bad);
  ASSERT_EQ(bad->field_violations_size(), 2);
  EXPECT_EQ(bad->field_violations(0).field(), "recipients[3]");
  EXPECT_EQ(bad->field_violations(0).description(), "is blank");
  EXPECT_EQ(bad->field_violations(1).field(), "7");
  EXPECT_THAT(failure.message, testing::HasSubstr("recipients[3]"));
}

TEST(FailureStatus, ListsSixteenViolationsThenACount) {
  for (const size_t count : {16, 17, 1000}) {
    Violations violations;
    for (size_t i = 0; i < count; ++i) {
      violations.Add(FailureKind::kInvalidFilter, "recipients[" + std::to_string(i) + "]", "bad");
    }
    const FailureStatus failure =
        MakeFailureStatus({.kind = FailureKind::kInvalidFilter}, 0, "id", violations);
    const auto bad = DetailsOf(failure).Get<statusv1::BadRequest>("BadRequest");
    ASSERT_TRUE(bad);
    ASSERT_EQ(bad->field_violations_size(), count == 16 ? 16 : 17);
    EXPECT_EQ(bad->field_violations(15).field(), "recipients[15]");
    if (count > 16) {
      EXPECT_EQ(bad->field_violations(16).field(), "");
      EXPECT_THAT(bad->field_violations(16).description(),
                  testing::HasSubstr(std::to_string(count - 16)));
    }
  }
}

TEST(RetryInfo, IsTheTimeThatUpstreamNamed) {
  const struct {
    clock::Duration wait;
    int64_t seconds;
    int32_t nanos;
    int64_t pushback_ms;
  } rows[] = {{seconds(0), 0, 0, 0},
              {seconds(7), 7, 0, 7000},
              {milliseconds(1500), 1, 500'000'000, 1500},
              {nanoseconds(1), 0, 1, 1},
              {microseconds(2'000'001), 2, 1000, 2001},
              {std::chrono::hours(24), 86'400, 0, 86'400'000}};
  for (const auto& row : rows) {
    for (const FailureKind kind : {FailureKind::kRateLimited, FailureKind::kUnavailable}) {
      const FailureStatus failure =
          MakeFailureStatus({.kind = kind, .retry_after = row.wait}, 1, "id");
      const auto info = DetailsOf(failure).Get<statusv1::RetryInfo>("RetryInfo");
      ASSERT_TRUE(info);
      EXPECT_EQ(info->retry_delay().seconds(), row.seconds);
      EXPECT_EQ(info->retry_delay().nanos(), row.nanos);
      EXPECT_EQ(failure.retry_pushback_ms, row.pushback_ms);
    }
  }
}

// −1 stops the caller's gRPC library: where runs may be gone, or we retried already.
TEST(Pushback, StopsLibrariesWhereOutcomeIsUnknownOrWeRetried) {
  for (const workflow::FailureRow& row : workflow::kFailureTable) {
    const bool is_unknown = row.outcome == Outcome::kUnknown;
    const auto pushback = [&](size_t attempts, std::optional<clock::Duration> wait) {
      return MakeFailureStatus({.kind = row.kind, .retry_after = wait}, attempts, "id")
          .retry_pushback_ms;
    };
    const std::optional<int64_t> stop = -1;
    EXPECT_EQ(pushback(1, std::nullopt), is_unknown ? stop : std::nullopt) << row.log_name;
    EXPECT_EQ(pushback(1, seconds(2)), is_unknown ? stop : 2000) << row.log_name;
    EXPECT_EQ(pushback(2, std::nullopt), stop) << row.log_name;
    EXPECT_EQ(pushback(3, seconds(2)), stop) << row.log_name;
  }
}

TEST(NameOf, IsThatOfTheContract) {
  EXPECT_EQ(NameOf(Outcome::kNotApplied), "NOT_APPLIED");
  EXPECT_EQ(NameOf(Outcome::kUnknown), "UNKNOWN");
}

}  // namespace
}  // namespace suprsend_gateway::rpc
