#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/time/clock.h"
#include "tests/unit/suprsend/scripted_http.h"

namespace suprsend_gateway::suprsend {
namespace {

using workflow::FailureKind;

constexpr char kReply[] = R"({"execution_ids":["dsl_1","dsl_2"]})";

TEST(RestResult, IsTheIdsForEach2xxWithAValidBody) {
  for (int status = 200; status <= 299; ++status) {
    RestWorld world;
    world.Run({.execution_id = "dsl_1"}, http::HttpResponse{.status = status, .body = kReply});
    ASSERT_TRUE(world.succeeded()) << status;
    EXPECT_THAT(std::get<workflow::CancelResult>(world.ended.result).execution_ids,
                testing::ElementsAre("dsl_1", "dsl_2"));
    EXPECT_EQ(world.ended.http_status, status);
    EXPECT_EQ(world.endings, 1);
  }
}

TEST(RestResult, IsABadReplyForEach2xxWithAnythingElse) {
  for (const char* body :
       {"", "{}", "null", "<html></html>", R"({"execution_ids":"a"})",
        R"({"execution_ids":["user_1"])", R"({"code":400,"message":"user_1"})"}) {
    for (const int status : {200, 201, 202, 204, 206, 299}) {
      RestWorld world;
      world.Run({.recipients = {"user_1"}}, http::HttpResponse{.status = status, .body = body});
      ASSERT_FALSE(world.succeeded()) << status << ' ' << body;
      EXPECT_EQ(world.failure().kind, FailureKind::kBadReply);
      EXPECT_EQ(world.failure().http_status, status);
      EXPECT_EQ(world.ended.http_status, status);
      EXPECT_EQ(world.failure().upstream_code, "");
      EXPECT_EQ(world.failure().upstream_message, "");
    }
  }
}

// Cut by its end, the deadline or the size limit: even where what came looks whole.
TEST(RestResult, IsABadReplyWhereTheBodyIsNotComplete) {
  RestWorld world;
  world.Run({.execution_id = "dsl_1"},
            http::HttpResponse{.status = 200, .body = kReply, .body_complete = false});
  ASSERT_FALSE(world.succeeded());
  EXPECT_EQ(world.failure().kind, FailureKind::kBadReply);
}

TEST(RestResult, IsAFailureForAnyOtherStatusEvenWithAValidBody) {
  for (const int status : {0, 100, 199, 300, 304, 400, 404, 500, 503, 599, 600, 999}) {
    RestWorld world;
    world.Run({.execution_id = "dsl_1"}, http::HttpResponse{.status = status, .body = kReply});
    ASSERT_FALSE(world.succeeded()) << status;
    EXPECT_EQ(world.failure().http_status, status);
    EXPECT_EQ(world.ended.http_status, status);
  }
}

TEST(RestResult, IsAFailureWithoutAStatusWhereNoAnswerCame) {
  const std::pair<http::TransportFailure, FailureKind> rows[] = {
      {{http::TransportError::kUnreachable, false}, FailureKind::kUnreachable},
      {{http::TransportError::kUntrusted, false}, FailureKind::kUntrusted},
      {{http::TransportError::kDeadline, false}, FailureKind::kDeadlineBeforeSend},
      {{http::TransportError::kDeadline, true}, FailureKind::kTimeout},
      {{http::TransportError::kAbandoned, false}, FailureKind::kCancelledBeforeSend},
      {{http::TransportError::kAbandoned, true}, FailureKind::kCancelledAfterSend},
      {{http::TransportError::kConnectionLost, true}, FailureKind::kConnectionLost},
  };
  for (const auto& [failure, expected] : rows) {
    RestWorld world;
    world.Run({.execution_id = "dsl_1"}, failure);
    ASSERT_FALSE(world.succeeded());
    EXPECT_EQ(world.failure().kind, expected);
    EXPECT_EQ(world.ended.http_status, 0);
    EXPECT_EQ(world.endings, 1);
  }
}

TEST(RestResult, HoldsNoValueOfTheRequestAndNoKey) {
  RestWorld world;
  world.Run({.execution_id = "dsl_77",
             .recipients = {"ann@x.org", "bob@x.org"},
             .idempotency_key = "idem_77",
             .workflow_slug = "slug_77"},
            http::HttpResponse{
                .status = 400,
                .body = R"({"code":"slug_77","message":"1 dsl_77 2 ann@x.org 3 bob%40x.org )"
                        R"(4 idem_77 5 SLUG_77 6 Bearer key_0123456789."})"});
  ASSERT_FALSE(world.succeeded());
  EXPECT_EQ(world.failure().kind, FailureKind::kRejected);
  EXPECT_EQ(
      world.failure().upstream_message,
      "1 [redacted] 2 [redacted] 3 [redacted] 4 [redacted] 5 [redacted] 6 Bearer [redacted].");
  EXPECT_EQ(world.failure().upstream_code, "");
}

// A key that is replaced while an attempt is out is still the one that upstream may tell back.
TEST(RestResult, HoldsNotTheKeyThatTheRequestWasMadeWith) {
  RestWorld world;
  world.Start({.execution_id = "dsl_77"});
  world.key.Rotate("key_new");
  world.http.Answer(
      0, http::HttpResponse{.status = 400, .body = R"({"message":"bad key_0123456789"})"});
  ASSERT_FALSE(world.succeeded());
  EXPECT_EQ(world.failure().upstream_message, "bad [redacted]");
}

TEST(RestResult, HoldsADateInRetryAfterAgainstTheTimeOfDay) {
  RestWorld world;
  const std::string in_an_hour = absl::FormatTime(
      "%a, %d %b %E4Y %H:%M:%S GMT", absl::Now() + absl::Hours(1), absl::UTCTimeZone());
  world.Run({.execution_id = "dsl_1"},
            http::HttpResponse{.status = 429, .retry_after = in_an_hour});
  ASSERT_FALSE(world.succeeded());
  EXPECT_EQ(world.failure().kind, FailureKind::kRateLimited);
  ASSERT_TRUE(world.failure().retry_after);
  EXPECT_LE(*world.failure().retry_after, std::chrono::hours(1));
  EXPECT_GT(*world.failure().retry_after, std::chrono::minutes(58));
}

}  // namespace
}  // namespace suprsend_gateway::suprsend
