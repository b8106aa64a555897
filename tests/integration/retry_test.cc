// Retry inside the gateway, and what it tells the layers of retry above it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/gateway.h"
#include "tests/support/gateway_client.h"
#include "tests/support/metrics_text.h"
#include "tests/support/raw_upstream.h"

namespace suprsend_gateway::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const std::string kOk = HttpResponse(200, R"({"execution_ids":["dsl_1"]})");
const CancelRequest kPinned{.execution_id = "dsl_1"};
const CancelRequest kOpen{.recipients = {"ann"}, .workflow_slug = "reminder"};

// The n-th request gets the n-th answer; the last answer stands for all that follow. An empty one
// is silence.
RawUpstream::Script InTurn(std::vector<std::string> answers) {
  const auto next = std::make_shared<std::atomic<size_t>>(0);
  return [answers = std::move(answers), next](const RawRequest&, RawConnection& connection) {
    const std::string& answer = answers[std::min(next->fetch_add(1), answers.size() - 1)];
    if (answer.empty()) return connection.Stall();
    connection.Send(answer);
  };
}

class RetryTest : public ::testing::Test {
 protected:
  explicit RetryTest(const std::vector<std::string>& flags = {"--max_attempts=3"})
      : gateway_(upstream_.Url(), flags) {}

  CallReply Call(const CancelRequest& request, std::vector<std::string> answers,
                 const CallOptions& options = {}) {
    upstream_.SetScript(InTurn(std::move(answers)));
    upstream_.ForgetRequests();
    CallReply reply = client_.Cancel(request, options);
    const auto record = gateway_.WaitForRecord(reply.Trailer("x-request-id"));
    EXPECT_TRUE(record.has_value());
    EXPECT_EQ(record.value_or(CallRecord()).attempts,
              static_cast<int64_t>(upstream_.RequestCount()));
    return reply;
  }

  RawUpstream upstream_{Always(kOk)};
  Gateway gateway_;
  GatewayClient client_{gateway_.address()};
};

TEST_F(RetryTest, WhatWasNotAppliedIsSentAgainForEveryCall) {
  for (const CancelRequest& request : {kPinned, kOpen}) {
    const CallReply reply = Call(request, {HttpResponse(503, ""), HttpResponse(421, ""), kOk});
    EXPECT_TRUE(reply.ok()) << reply;
    EXPECT_FALSE(reply.may_be_incomplete);
    EXPECT_EQ(upstream_.RequestCount(), 3U);
  }
}

TEST_F(RetryTest, WhatMayHaveBeenAppliedIsSentAgainForPinnedCallsOnly) {
  for (const int status : {408, 500, 502, 504}) {
    SCOPED_TRACE(status);
    const CallReply pinned = Call(kPinned, {HttpResponse(status, ""), kOk});
    EXPECT_TRUE(pinned.ok()) << pinned;
    EXPECT_TRUE(pinned.may_be_incomplete) << "the lost answer may have named runs";
    EXPECT_EQ(upstream_.RequestCount(), 2U);

    const CallReply open = Call(kOpen, {HttpResponse(status, ""), kOk});
    EXPECT_EQ(open.Metadata("outcome"), "UNKNOWN");
    EXPECT_EQ(open.Metadata("attempts"), "1");
    EXPECT_EQ(upstream_.RequestCount(), 1U);
  }
}

class AttemptTimeoutTest : public RetryTest {
 protected:
  AttemptTimeoutTest()
      : RetryTest({"--max_attempts=3", "--attempt_timeout=1s", "--default_deadline=3s"}) {}
};

TEST_F(AttemptTimeoutTest, IsThatOfPinnedCallsOnly) {
  const CallReply pinned = Call(kPinned, {"", kOk}, {.deadline = std::nullopt});
  EXPECT_TRUE(pinned.ok()) << pinned;
  EXPECT_TRUE(pinned.may_be_incomplete);
  EXPECT_GE(upstream_.RequestCount(), 2U);

  const CallReply open = Call(kOpen, {"", kOk}, {.deadline = std::nullopt});
  EXPECT_EQ(open.Verdict(), "DEADLINE_EXCEEDED/UPSTREAM_TIMEOUT/UNKNOWN");
  EXPECT_EQ(upstream_.RequestCount(), 1U);
}

TEST_F(RetryTest, TheWorstOutcomeIsTold) {
  const CallReply reply =
      Call(kPinned, {HttpResponse(500, ""), HttpResponse(503, ""), HttpResponse(503, "")});
  EXPECT_EQ(reply.Verdict(), "UNKNOWN/UPSTREAM_ERROR/UNKNOWN");
  EXPECT_EQ(reply.Metadata("http_status"), "500");
  EXPECT_EQ(reply.Metadata("attempts"), "3");
  EXPECT_EQ(reply.Trailer("grpc-retry-pushback-ms"), "-1");
}

TEST_F(RetryTest, LayersOfRetryDoNotMultiply) {
  const CallReply retried = Call(kOpen, {HttpResponse(503, "")});
  EXPECT_EQ(retried.Verdict(), "UNAVAILABLE/UPSTREAM_UNAVAILABLE/NOT_APPLIED");
  EXPECT_EQ(retried.Metadata("attempts"), "3");
  EXPECT_EQ(retried.Trailer("grpc-retry-pushback-ms"), "-1");
  EXPECT_EQ(upstream_.RequestCount(), 3U);

  const CallReply once =
      Call(kOpen, {HttpResponse(503, "", {"Retry-After: 40"})}, {.deadline = seconds(5)});
  EXPECT_EQ(once.Metadata("attempts"), "1") << "the wait does not fit";
  EXPECT_EQ(once.retry_delay, seconds(40));
  EXPECT_EQ(once.Trailer("grpc-retry-pushback-ms"), "-1") << "it fits into no deadline of theirs";
}

TEST_F(RetryTest, ALibraryIsToldToWaitOnlyForWhatFitsTheCallersDeadline) {
  const struct {
    std::optional<milliseconds> deadline;
    std::string pushback;
  } rows[] = {{seconds(5), "-1"},
              {seconds(40), "-1"},
              // 5 % and 50 ms are kept for the answer.
              {seconds(42), "-1"},
              {seconds(60), "40000"},
              // Beyond the gateway's own ceiling.
              {std::chrono::hours(1), "40000"},
              {std::nullopt, "40000"}};
  for (const auto& row : rows) {
    const CallReply reply =
        Call(kOpen, {HttpResponse(503, "", {"Retry-After: 40"})}, {.deadline = row.deadline});
    EXPECT_EQ(reply.retry_delay, seconds(40));
    EXPECT_EQ(reply.Trailer("grpc-retry-pushback-ms"), row.pushback);
  }
}

TEST_F(RetryTest, ACallerWithTheRecommendedConfigHearsThatNothingWasApplied) {
  upstream_.SetScript(Always(HttpResponse(503, "", {"Retry-After: 40"})));
  GatewayClient client(gateway_.address(), kRecommendedServiceConfig);
  EXPECT_EQ(client.Cancel(kPinned, {.deadline = seconds(5)}).Verdict(),
            "UNAVAILABLE/UPSTREAM_UNAVAILABLE/NOT_APPLIED");
}

TEST_F(RetryTest, ARefusalIsNotSentAgain) {
  for (const int status : {301, 400, 401, 404, 409, 413, 422, 501}) {
    SCOPED_TRACE(status);
    EXPECT_EQ(Call(kPinned, {HttpResponse(status, "{}"), kOk}).Metadata("attempts"), "1");
    EXPECT_EQ(upstream_.RequestCount(), 1U);
  }
}

// Who repeats a call may have lost the answer to the first.
TEST_F(RetryTest, ARepeatByTheCallersLibraryMayBeIncomplete) {
  const auto incomplete = [&](const std::string& name, const std::string& value) {
    return Call(kPinned, {kOk}, {.metadata = {{name, value}}}).may_be_incomplete;
  };
  EXPECT_FALSE(incomplete("x-envoy-attempt-count", "1"));
  EXPECT_TRUE(incomplete("x-envoy-attempt-count", "2"));
  EXPECT_FALSE(incomplete("x-envoy-attempt-count", "many"));
  EXPECT_TRUE(incomplete("grpc-previous-rpc-attempts", "1"));
  EXPECT_FALSE(incomplete("grpc-previous-rpc-attempts", "0"));
}

// Attempts stay within the budget where all of them fail, at whatever rate the calls come.
TEST(RetryBudgetTest, BoundsWhatAFailingUpstreamIsSent) {
  constexpr int kThreads = 32;
  constexpr int kCallsEach = 60;
  RawUpstream upstream([](const RawRequest&, RawConnection& connection) {
    connection.Wait(milliseconds(5));
    connection.Send(HttpResponse(500, ""));
  });
  Gateway gateway(upstream.Url(), {"--max_attempts=3"});
  {
    GatewayClient client(gateway.address());
    std::vector<std::jthread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < kCallsEach; ++i) {
          EXPECT_EQ(client.Cancel(kPinned).Verdict(), "UNKNOWN/UPSTREAM_ERROR/UNKNOWN");
        }
      });
    }
  }
  const auto attempts = static_cast<double>(upstream.RequestCount());
  const double ratio = attempts / (kThreads * kCallsEach);
  std::printf("attempts per call: %.3f\n", ratio);
  EXPECT_GT(ratio, 1.0);
  EXPECT_LE(ratio, 1.2);
}

}  // namespace
}  // namespace suprsend_gateway::testing
