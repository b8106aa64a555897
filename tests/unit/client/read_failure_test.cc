#include "client/cpp/read_failure.h"

#include <grpcpp/support/status.h>

#include <chrono>
#include <optional>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/unit/client/gateway_status.h"

namespace suprsend_gateway::client {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr grpc::StatusCode kUnavailable = grpc::StatusCode::UNAVAILABLE;

void ExpectNotBelieved(const Failure& failure) {
  EXPECT_EQ(failure.reason, "");
  EXPECT_EQ(failure.outcome, Outcome::kUnknown);
  EXPECT_FALSE(failure.SafeToRetry());
  EXPECT_THAT(failure.violations, IsEmpty());
  EXPECT_EQ(failure.attempts, std::nullopt);
  EXPECT_EQ(failure.retry_delay, std::nullopt);
}

TEST(ReadFailureTest, ReadsEverythingThatTheGatewaySays) {
  const Failure failure =
      ReadFailure(GatewayStatus(grpc::StatusCode::INVALID_ARGUMENT, "SuprSend refused the request")
                      .AddUpstreamRejection()
                      .AddViolation("recipients[3]", "must not be blank")
                      .AddRetryDelay(1, 500'000'000)
                      .AddRequestId("req-1")
                      .Build(),
                  "trailing-id");
  EXPECT_EQ(failure.code, grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(failure.message, "SuprSend refused the request");
  EXPECT_EQ(failure.reason, "UPSTREAM_REJECTED");
  EXPECT_EQ(failure.outcome, Outcome::kNotApplied);
  EXPECT_THAT(failure.violations,
              ElementsAre(FieldViolation{"recipients[3]", "must not be blank"}));
  EXPECT_EQ(failure.request_id, "req-1");
  EXPECT_EQ(failure.retry_delay, milliseconds(1500));
  EXPECT_EQ(failure.attempts, 2);
  EXPECT_EQ(failure.http_status, 422);
  EXPECT_EQ(failure.upstream_code, "validation_error");
  EXPECT_EQ(failure.upstream_message, "no such workflow");
}

TEST(ReadFailureTest, StatusWithoutDetailsHasAnUnknownOutcome) {
  const Failure failure = ReadFailure(grpc::Status(kUnavailable, "connection refused"), "req-2");
  EXPECT_EQ(failure.code, kUnavailable);
  EXPECT_EQ(failure.message, "connection refused");
  EXPECT_EQ(failure.request_id, "req-2");
  ExpectNotBelieved(failure);
}

TEST(ReadFailureTest, DetailsOfAForeignDomainAreNotBelieved) {
  ExpectNotBelieved(ReadFailure(GatewayStatus(kUnavailable, "")
                                    .AddErrorInfo("X", "NOT_APPLIED", "googleapis.com")
                                    .AddViolation("a", "b")
                                    .AddRetryDelay(1, 0)
                                    .Build(),
                                ""));
}

TEST(ReadFailureTest, OurErrorInfoIsFoundBehindAForeignOne) {
  const Failure failure = ReadFailure(GatewayStatus(kUnavailable, "")
                                          .AddErrorInfo("X", "UNKNOWN", "example.com")
                                          .AddErrorInfo("UPSTREAM_UNREACHABLE", "NOT_APPLIED")
                                          .Build(),
                                      "");
  EXPECT_EQ(failure.reason, "UPSTREAM_UNREACHABLE");
  EXPECT_TRUE(failure.SafeToRetry());
}

TEST(ReadFailureTest, GarbageDetailsAreNotBelieved) {
  for (const std::string& bytes : {std::string("\xFF\xFF\xFF"), std::string("garbage"),
                                   std::string(1000, '\0'), std::string("\x0A")}) {
    ExpectNotBelieved(ReadFailure(grpc::Status(kUnavailable, "m", bytes), ""));
  }
}

TEST(ReadFailureTest, GarbageInsideADetailIsNotBelieved) {
  ExpectNotBelieved(ReadFailure(GatewayStatus(kUnavailable, "")
                                    .Add(std::string(kGoogleTypes) + "ErrorInfo", "\xFF\xFF")
                                    .Build(),
                                ""));
}

TEST(ReadFailureTest, DetailsOfAnotherCodeAreNotBelieved) {
  ExpectNotBelieved(ReadFailure(GatewayStatus(grpc::StatusCode::INTERNAL, "")
                                    .AddErrorInfo("UPSTREAM_UNREACHABLE", "NOT_APPLIED")
                                    .SetDetailsCode(kUnavailable)
                                    .Build(),
                                ""));
}

TEST(ReadFailureTest, OnlyNotAppliedSpelledOutCountsAsNotApplied) {
  for (const char* outcome : {"UNKNOWN", "", "not_applied", "NOT_APPLIED ", "APPLIED"}) {
    const Failure failure = ReadFailure(
        GatewayStatus(kUnavailable, "").AddErrorInfo("UPSTREAM_UNREACHABLE", outcome).Build(), "");
    EXPECT_EQ(failure.outcome, Outcome::kUnknown) << outcome;
    EXPECT_FALSE(failure.SafeToRetry()) << outcome;
  }
}

TEST(ReadFailureTest, AnyHostOfTheTypeUrlWillDo) {
  suprsend::gateway::status::v1::ErrorInfo info;
  info.set_reason("UPSTREAM_UNREACHABLE");
  info.set_domain("suprsend-gateway");
  (*info.mutable_metadata())["outcome"] = "NOT_APPLIED";
  for (const char* url : {"type.googleapis.com/google.rpc.ErrorInfo", "/google.rpc.ErrorInfo",
                          "a/b/google.rpc.ErrorInfo"}) {
    const auto status = GatewayStatus(kUnavailable, "").Add(url, info.SerializeAsString()).Build();
    EXPECT_EQ(ReadFailure(status, "").reason, "UPSTREAM_UNREACHABLE") << url;
  }
  const auto other =
      GatewayStatus(kUnavailable, "").Add("a/my.google.rpc.ErrorInfo", info.SerializeAsString());
  ExpectNotBelieved(ReadFailure(other.Build(), ""));
}

TEST(ReadFailureTest, NumbersThatAreNoneAreLeftOut) {
  suprsend::gateway::status::v1::ErrorInfo info;
  info.set_reason("R");
  info.set_domain("suprsend-gateway");
  (*info.mutable_metadata())["attempts"] = "99999999999999";
  (*info.mutable_metadata())["http_status"] = "4xx";
  const Failure failure =
      ReadFailure(GatewayStatus(kUnavailable, "")
                      .Add(std::string(kGoogleTypes) + "ErrorInfo", info.SerializeAsString())
                      .Build(),
                  "");
  EXPECT_EQ(failure.attempts, std::nullopt);
  EXPECT_EQ(failure.http_status, std::nullopt);
}

std::optional<milliseconds> RetryDelay(int64_t whole_seconds, int nanos) {
  return ReadFailure(GatewayStatus(kUnavailable, "")
                         .AddErrorInfo("UPSTREAM_UNAVAILABLE", "NOT_APPLIED")
                         .AddRetryDelay(whole_seconds, nanos)
                         .Build(),
                     "")
      .retry_delay;
}

TEST(ReadFailureTest, RetryDelayIsRoundedUpAndWithinWhatADurationCanHold) {
  EXPECT_EQ(RetryDelay(0, 0), milliseconds(0));
  EXPECT_EQ(RetryDelay(0, 1), milliseconds(1));
  EXPECT_EQ(RetryDelay(315'576'000'000, 0), seconds(315'576'000'000));
  EXPECT_EQ(RetryDelay(315'576'000'001, 0), std::nullopt);
  EXPECT_EQ(RetryDelay(-1, 0), std::nullopt);
  EXPECT_EQ(RetryDelay(0, -1), std::nullopt);
  EXPECT_EQ(RetryDelay(0, 1'000'000'000), std::nullopt);
}

TEST(ReadFailureTest, MessageIsMadeValidUtf8) {
  const Failure failure = ReadFailure(grpc::Status(kUnavailable, "caf\xC3\xA9 \xC3("), "id\xFF");
  EXPECT_EQ(failure.message, "caf\xC3\xA9 \xEF\xBF\xBD(");
  EXPECT_EQ(failure.request_id, "id\xEF\xBF\xBD");
}

TEST(LocalFailureTest, ReadsAsOneOfTheGateway) {
  const Failure failure = LocalFailure(grpc::StatusCode::INVALID_ARGUMENT, "INVALID_FILTER", "m",
                                       {{"recipients", "d"}});
  EXPECT_EQ(failure.code, grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(failure.message, "m");
  EXPECT_EQ(failure.reason, "INVALID_FILTER");
  EXPECT_EQ(failure.outcome, Outcome::kNotApplied);
  EXPECT_EQ(failure.attempts, 0);
  EXPECT_THAT(failure.violations, ElementsAre(FieldViolation{"recipients", "d"}));
}

TEST(CodeNameTest, NamesEveryCode) {
  EXPECT_EQ(CodeName(grpc::StatusCode::OK), "OK");
  EXPECT_EQ(CodeName(grpc::StatusCode::CANCELLED), "CANCELLED");
  EXPECT_EQ(CodeName(grpc::StatusCode::ABORTED), "ABORTED");
  EXPECT_EQ(CodeName(grpc::StatusCode::UNAVAILABLE), "UNAVAILABLE");
  EXPECT_EQ(CodeName(grpc::StatusCode::UNAUTHENTICATED), "UNAUTHENTICATED");
  EXPECT_EQ(CodeName(static_cast<grpc::StatusCode>(17)), "CODE_17");
}

}  // namespace
}  // namespace suprsend_gateway::client
