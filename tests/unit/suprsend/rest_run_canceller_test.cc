#include "service/suprsend/rest_run_canceller.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/suprsend/scripted_http.h"

namespace suprsend_gateway::suprsend {
namespace {

using std::chrono::seconds;
using testing::Contains;

TEST(RestRequest, IsAPostToTheCancelEndpointWithTheBodyOfTheFilter) {
  RestWorld world;
  world.Start({.recipients = {"user_123"}, .workflow_slug = "order-confirmation"});
  ASSERT_EQ(world.http.requests.size(), 1u);
  const http::HttpRequest& request = world.http.requests[0];
  EXPECT_EQ(request.url, "https://hub.example.com/v1/workflow_run/cancel/");
  EXPECT_EQ(request.body, R"({"recipients":["user_123"],"workflow_slug":"order-confirmation"})");
  EXPECT_EQ(world.endings, 0);
}

TEST(RestRequest, KeepsThePathPrefixOfTheBaseUrl) {
  ScriptedHttp http;
  OneKey key("key");
  workflow::FakeScheduler scheduler;
  RestRunCanceller canceller(http, key, scheduler, "http://127.0.0.1:8080/suprsend/hub");
  canceller.CancelRuns(workflow::RequestOf({}), {}, [](workflow::AttemptResult) {});
  ASSERT_EQ(http.requests.size(), 1u);
  EXPECT_EQ(http.requests[0].url, "http://127.0.0.1:8080/suprsend/hub/v1/workflow_run/cancel/");
}

TEST(RestRequest, CarriesTheKeyOnceAndTheTypeOfItsBody) {
  RestWorld world;
  world.Start({.execution_id = "dsl_1"});
  ASSERT_EQ(world.http.requests.size(), 1u);
  const std::vector<std::string>& lines = world.http.requests[0].headers->lines();
  EXPECT_THAT(lines, Contains("Authorization: Bearer key_0123456789").Times(1));
  EXPECT_THAT(lines, Contains("Content-Type: application/json").Times(1));
  EXPECT_THAT(lines, Contains(testing::HasSubstr("key_0123456789")).Times(1));
  for (const std::string& line : lines) {
    EXPECT_EQ(line.find_first_of("\r\n"), std::string::npos) << line;
  }
  EXPECT_EQ(world.http.requests[0].body.find("key_"), std::string::npos);
  EXPECT_EQ(world.http.requests[0].url.find("key_"), std::string::npos);
}

TEST(RestRequest, TellsUpstreamOfTheTraceInALineOfItsOwn) {
  RestWorld world;
  const std::string trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  world.canceller.CancelRuns(workflow::RequestOf({.execution_id = "dsl_1"}, trace), {},
                             [](workflow::AttemptResult) {});
  world.Start({.execution_id = "dsl_1"});
  ASSERT_EQ(world.http.requests.size(), 2u);
  EXPECT_EQ(world.http.requests[0].header_of_its_own, "traceparent: " + trace);
  EXPECT_EQ(world.http.requests[1].header_of_its_own, "");
  EXPECT_EQ(world.http.requests[0].headers, world.http.requests[1].headers);
}

TEST(RestRequest, IsBoundByTheLimitsOfTheAttempt) {
  RestWorld world;
  const clock::TimePoint start{seconds(1000)};
  world.Start({.execution_id = "dsl_1"}, {.send_by = start + seconds(1),
                                          .deadline = start + seconds(2),
                                          .caller_gone = world.caller.get_token()});
  ASSERT_EQ(world.http.requests.size(), 1u);
  const http::HttpRequest& request = world.http.requests[0];
  EXPECT_EQ(request.send_by, start + seconds(1));
  EXPECT_EQ(request.deadline, start + seconds(2));
  EXPECT_FALSE(request.abandoned.stop_requested());
  world.caller.request_stop();
  EXPECT_TRUE(request.abandoned.stop_requested());
}

TEST(RestRequest, TakesTheKeyInUseWhenItIsMade) {
  RestWorld world;
  world.Start({.execution_id = "dsl_1"});
  world.key.Rotate("key_new");
  world.Start({.execution_id = "dsl_2"});
  ASSERT_EQ(world.http.requests.size(), 2u);
  EXPECT_THAT(world.http.requests[0].headers->lines(),
              Contains("Authorization: Bearer key_0123456789"));
  EXPECT_THAT(world.http.requests[1].headers->lines(), Contains("Authorization: Bearer key_new"));
}

TEST(RestRequest, IsMadeOncePerAttemptWhateverTheAnswer) {
  for (const int status : {200, 302, 307, 401, 408, 421, 425, 429, 500, 503}) {
    RestWorld world;
    world.Run({.execution_id = "dsl_1"}, http::HttpResponse{.status = status, .retry_after = "0"});
    EXPECT_EQ(world.http.requests.size(), 1u) << status;
    EXPECT_EQ(world.endings, 1) << status;
  }
}

TEST(RestRequest, KeepsAttemptsApart) {
  RestWorld world;
  world.Start({.execution_id = "dsl_1"});
  world.Start({.execution_id = "dsl_2"});
  world.http.Answer(1, http::HttpResponse{.status = 200, .body = R"({"execution_ids":["two"]})"});
  EXPECT_THAT(std::get<workflow::CancelResult>(world.ended.result).execution_ids,
              testing::ElementsAre("two"));
  world.http.Answer(0, http::HttpResponse{.status = 200, .body = R"({"execution_ids":["one"]})"});
  EXPECT_THAT(std::get<workflow::CancelResult>(world.ended.result).execution_ids,
              testing::ElementsAre("one"));
  EXPECT_EQ(world.endings, 2);
}

}  // namespace
}  // namespace suprsend_gateway::suprsend
