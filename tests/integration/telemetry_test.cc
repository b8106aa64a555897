// What an operator sees of calls.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/gateway.h"
#include "tests/support/gateway_client.h"
#include "tests/support/metrics_text.h"
#include "tests/support/raw_upstream.h"

namespace suprsend_gateway::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kCalls[] = "suprsend_gateway_calls_total";
constexpr char kCallDuration[] = "suprsend_gateway_call_duration_seconds";
constexpr char kAttempts[] = "suprsend_gateway_upstream_attempts_total";
constexpr char kAttemptDuration[] = "suprsend_gateway_upstream_attempt_duration_seconds";
constexpr char kInFlight[] = "suprsend_gateway_in_flight";

RawUpstream::Script AnswerOk() {
  return Always(HttpResponse(200, R"({"execution_ids":["dsl_1"]})"));
}

// The gateway counts a call when it ends, which its caller may see a moment earlier.
std::string MetricsAfter(const Gateway& gateway, double calls) {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  std::string metrics;
  do {
    metrics = gateway.Metrics();
  } while (SampleSum(metrics, kCalls) < calls && std::chrono::steady_clock::now() < deadline);
  return metrics;
}

TEST(MetricsTest, CountEachCallByCodeAndReason) {
  RawUpstream upstream(AnswerOk());
  Gateway gateway(upstream.Url());
  GatewayClient client(gateway.address());
  EXPECT_EQ(SampleSum(gateway.Metrics(), kCalls), 0);

  EXPECT_TRUE(client.Cancel({.recipients = {"ann"}}).ok());
  EXPECT_TRUE(client.Cancel({.recipients = {"ann"}}).ok());
  EXPECT_TRUE(client.Cancel({.recipients = {"ann"}, .validate_only = true}).ok());
  EXPECT_EQ(client.Cancel({}).reason, "NO_FILTER");
  EXPECT_EQ(client.CancelRaw("\xff").reason, "MALFORMED_REQUEST");
  upstream.SetScript(Always(HttpResponse(500, "")));
  EXPECT_EQ(client.Cancel({.recipients = {"ann"}}).reason, "UPSTREAM_ERROR");

  const std::string metrics = MetricsAfter(gateway, 6);
  EXPECT_EQ(Sample(metrics, kCalls, {{"code", "OK"}, {"reason", ""}}), 3) << metrics;
  EXPECT_EQ(Sample(metrics, kCalls, {{"code", "INVALID_ARGUMENT"}, {"reason", "NO_FILTER"}}), 1);
  EXPECT_EQ(
      Sample(metrics, kCalls, {{"code", "INVALID_ARGUMENT"}, {"reason", "MALFORMED_REQUEST"}}), 1);
  EXPECT_EQ(Sample(metrics, kCalls, {{"code", "UNKNOWN"}, {"reason", "UPSTREAM_ERROR"}}), 1);
  EXPECT_EQ(SampleSum(metrics, kCalls), 6);
  EXPECT_EQ(SampleSum(metrics, std::string(kCallDuration) + "_count"), 6);
  // Three went upstream.
  EXPECT_EQ(SampleSum(metrics, kAttempts), 3);
  EXPECT_EQ(SampleSum(metrics, std::string(kAttemptDuration) + "_count"), 3);
  EXPECT_EQ(SampleSum(metrics, kInFlight), 0);

  EXPECT_TRUE(HasMetric(metrics, kCalls, "counter"));
  EXPECT_TRUE(HasMetric(metrics, kCallDuration, "histogram"));
  EXPECT_TRUE(HasMetric(metrics, kAttempts, "counter"));
  EXPECT_TRUE(HasMetric(metrics, kAttemptDuration, "histogram"));
  EXPECT_TRUE(HasMetric(metrics, kInFlight, "gauge"));
  EXPECT_TRUE(HasMetric(metrics, "suprsend_gateway_build_info", "gauge"));
  EXPECT_THAT(metrics, HasSubstr("0.1.0"));
}

TEST(MetricsTest, TheGaugeFollowsCallsInFlight) {
  constexpr size_t kInFlightCalls = 3;
  RawUpstream upstream([](const RawRequest&, RawConnection& connection) { connection.Stall(); });
  Gateway gateway(upstream.Url());
  GatewayClient client(gateway.address());
  std::vector<std::unique_ptr<PendingCall>> calls;
  for (size_t i = 0; i < kInFlightCalls; ++i) {
    calls.push_back(client.Start({.recipients = {"ann"}}, {.deadline = std::chrono::seconds(20)}));
  }
  ASSERT_TRUE(upstream.WaitForRequests(kInFlightCalls, kPatience));
  EXPECT_EQ(Sample(gateway.Metrics(), kInFlight), kInFlightCalls);
  for (const auto& call : calls) call->Cancel();
  for (const auto& call : calls) EXPECT_EQ(call->Wait().code, "CANCELLED");
  const std::string metrics = MetricsAfter(gateway, kInFlightCalls);
  EXPECT_EQ(Sample(metrics, kCalls, {{"code", "CANCELLED"}, {"reason", "CALLER_CANCELLED"}}),
            kInFlightCalls);
}

TEST(LogTest, OneLineACall) {
  RawUpstream upstream(AnswerOk());
  Gateway gateway(upstream.Url());
  std::vector<std::string> ids;
  for (int i = 0; i < 20; ++i) {
    const CancelRequest good{.recipients = {"ann"}};
    const CallReply reply =
        GatewayClient(gateway.address()).Cancel(i % 2 == 0 ? good : CancelRequest{});
    ids.push_back(reply.Trailer("x-request-id"));
  }
  EXPECT_EQ(gateway.Stop(), 0);
  const std::string log = gateway.process().Stderr();
  for (const std::string& id : ids) {
    const size_t first = log.find(id);
    EXPECT_NE(first, std::string::npos);
    EXPECT_EQ(log.find(id, first + 1), std::string::npos) << id << " stands twice";
  }
  // Ready, calls, stopped.
  EXPECT_EQ(std::count(log.begin(), log.end(), '\n'), 22);
}

TEST(LogTest, HasNoCallsWhereTheyAreNotWanted) {
  RawUpstream upstream(AnswerOk());
  Gateway gateway(upstream.Url(), {"--access_log=false"});
  EXPECT_TRUE(GatewayClient(gateway.address()).Cancel({.recipients = {"ann"}}).ok());
  EXPECT_EQ(gateway.Stop(), 0);
  const std::string log = gateway.process().Stderr();
  EXPECT_EQ(std::count(log.begin(), log.end(), '\n'), 2) << log;
}

TEST(LogTest, SaysHowManyWereCancelledOnlyWhereThatIsKnown) {
  RawUpstream upstream(AnswerOk());
  Gateway gateway(upstream.Url());
  GatewayClient client(gateway.address());
  const auto cancelled = [&](const CancelRequest& request) {
    const std::string id = client.Cancel(request).Trailer("x-request-id");
    const std::optional<CallRecord> record = gateway.WaitForRecord(id);
    EXPECT_TRUE(record.has_value());
    return record ? record->cancelled : -1;
  };
  EXPECT_EQ(cancelled({.recipients = {"ann"}}), 1);
  EXPECT_EQ(cancelled({.recipients = {"ann"}, .validate_only = true}), std::nullopt);
  EXPECT_EQ(cancelled({}), std::nullopt);
  upstream.SetScript(Always(HttpResponse(200, R"({"execution_ids":[]})")));
  EXPECT_EQ(cancelled({.recipients = {"ann"}}), 0);
  upstream.SetScript(Always(HttpResponse(500, "")));
  EXPECT_EQ(cancelled({.recipients = {"ann"}}), std::nullopt);
}

}  // namespace
}  // namespace suprsend_gateway::testing
