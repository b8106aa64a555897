// What an operator sees of calls.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <ctime>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/gateway.h"
#include "tests/support/gateway_client.h"
#include "tests/support/http_call.h"
#include "tests/support/metrics_text.h"
#include "tests/support/raw_upstream.h"
#include "tests/support/wait.h"

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

Labels CallLabels(const std::string& code, const std::string& reason = "",
                  const std::string& outcome = "") {
  return {{"code", code}, {"reason", reason}, {"outcome", outcome}};
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
  EXPECT_EQ(Sample(metrics, kCalls, CallLabels("OK")), 3) << metrics;
  EXPECT_EQ(Sample(metrics, kCalls, CallLabels("INVALID_ARGUMENT", "NO_FILTER", "NOT_APPLIED")), 1);
  EXPECT_EQ(
      Sample(metrics, kCalls, CallLabels("INVALID_ARGUMENT", "MALFORMED_REQUEST", "NOT_APPLIED")),
      1);
  EXPECT_EQ(Sample(metrics, kCalls, CallLabels("UNKNOWN", "UPSTREAM_ERROR", "UNKNOWN")), 1);
  // What has not happened yet is there too.
  EXPECT_EQ(Sample(metrics, kCalls, CallLabels("UNAVAILABLE", "GATEWAY_OVERLOADED", "NOT_APPLIED")),
            0);
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
  EXPECT_EQ(Sample(metrics, kCalls, CallLabels("CANCELLED", "CALLER_CANCELLED", "UNKNOWN")),
            kInFlightCalls);
}

TEST(MetricsTest, TellOfRunsThatWereCancelledAndOfAnswersThatNameNone) {
  RawUpstream upstream(Always(HttpResponse(200, R"({"execution_ids":["a","b","c"]})")));
  Gateway gateway(upstream.Url());
  GatewayClient client(gateway.address());
  EXPECT_TRUE(client.Cancel({.recipients = {"ann"}}).ok());
  EXPECT_TRUE(client.Cancel({.recipients = {"ann"}, .validate_only = true}).ok());
  upstream.SetScript(Always(HttpResponse(200, R"({"execution_ids":[]})")));
  EXPECT_TRUE(client.Cancel({.recipients = {"ann"}}).ok());
  EXPECT_TRUE(client.Cancel({.recipients = {"ann"}}).ok());
  const std::string metrics = MetricsAfter(gateway, 4);
  EXPECT_EQ(Sample(metrics, "suprsend_gateway_cancelled_runs_total"), 3);
  EXPECT_EQ(Sample(metrics, "suprsend_gateway_empty_replies_total"), 2);
}

TEST(MetricsTest, TellOfItsLimitsAndOfWhatTheProcessTakes) {
  RawUpstream upstream(AnswerOk());
  const auto before = static_cast<double>(std::time(nullptr));
  Gateway gateway(upstream.Url(), {"--max_in_flight=321", "--max_memory_mib=99"});
  const std::string metrics = gateway.Metrics();
  EXPECT_EQ(Sample(metrics, "suprsend_gateway_max_in_flight"), 321);
  EXPECT_EQ(Sample(metrics, "suprsend_gateway_max_memory_bytes"), 99 << 20);
  EXPECT_EQ(Sample(metrics, "suprsend_gateway_serving"), 1);
  EXPECT_EQ(Sample(metrics, "suprsend_gateway_log_lines_dropped_total"), 0);
  EXPECT_GT(Sample(metrics, "process_cpu_seconds_total"), 0);
  EXPECT_GT(Sample(metrics, "process_resident_memory_bytes"), 5 << 20);
  EXPECT_LT(Sample(metrics, "process_resident_memory_bytes"), 4e9);
  EXPECT_GT(Sample(metrics, "process_open_fds"), 5);
  EXPECT_GT(Sample(metrics, "process_max_fds"), Sample(metrics, "process_open_fds"));
  // The kernel's clock for it is that of the machine's start, in whole seconds.
  EXPECT_NEAR(Sample(metrics, "process_start_time_seconds").value_or(0), before, 5);
}

TEST(StatusPageTest, TellsOfTheGatewayThatServesIt) {
  RawUpstream upstream(Always(HttpResponse(500, "")));
  Gateway gateway(upstream.Url(), {"--max_in_flight=321"});
  GatewayClient client(gateway.address());
  std::string request_id;
  for (int i = 0; i < 3; ++i) {
    request_id = client.Cancel({.recipients = {"canary@example.com"}}).Trailer("x-request-id");
  }
  HttpReply page;
  // A call takes its place until shortly after its caller has the answer.
  EXPECT_TRUE(WaitUntil([&] {
    page = HttpCall("GET", gateway.AdminUrl("/statusz"));
    return page.body.find("0 of at most 321") != std::string::npos;
  })) << page.body;
  EXPECT_EQ(page.status, 200);
  EXPECT_THAT(page.body, HasSubstr("3 of 3 good calls failed in ten minutes"));
  EXPECT_THAT(page.body, HasSubstr("<code>UPSTREAM_ERROR</code>"));
  EXPECT_THAT(page.body, HasSubstr(request_id));
  EXPECT_THAT(page.body, HasSubstr("<code>" + gateway.address() + "</code>, plaintext"));
  EXPECT_THAT(page.body, HasSubstr("<strong><code>321</code></strong>"));
  EXPECT_THAT(page.body, HasSubstr("8eed9aa6"));
  EXPECT_THAT(page.body, Not(HasSubstr(kApiKey)));
  EXPECT_THAT(page.body, Not(HasSubstr("canary")));
}

TEST(TraceTest, ACallGoesOnWithItsCallersTraceInLogAndUpstreamWithoutBaggage) {
  RawUpstream upstream(AnswerOk());
  Gateway gateway(upstream.Url());
  GatewayClient client(gateway.address());
  const CallReply reply = client.Cancel(
      {.recipients = {"ann"}},
      {.metadata = {{"traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"},
                    {"tracestate", "vendor=secret"},
                    {"baggage", "user=secret"}}});
  ASSERT_TRUE(reply.ok()) << reply;
  const auto record = gateway.WaitForRecord(reply.Trailer("x-request-id"));
  ASSERT_TRUE(record.has_value());
  EXPECT_EQ(record->trace_id, "0af7651916cd43dd8448eb211c80319c");
  const RawRequest request = upstream.Requests().at(0);
  const std::string told = request.Header("traceparent");
  ASSERT_EQ(told.size(), 55u);
  const std::string span = told.substr(36, 16);
  EXPECT_NE(span, "b7ad6b7169203331");
  EXPECT_EQ(told, "00-0af7651916cd43dd8448eb211c80319c-" + span + "-01");
  EXPECT_EQ(record->span_id, span);
  for (const auto& [name, value] : request.headers) {
    EXPECT_THAT(name, Not(::testing::AnyOf("baggage", "tracestate")));
    EXPECT_THAT(value, Not(HasSubstr("secret"))) << name;
  }
}

TEST(TraceTest, ACallWithoutATraceBeginsOneThatItsRetriesShare) {
  RawUpstream upstream(Always(HttpResponse(503, "")));
  Gateway gateway(upstream.Url(), {"--max_attempts=3"});
  GatewayClient client(gateway.address());
  const CallReply reply = client.Cancel({.recipients = {"ann"}});
  const CallReply other = client.Cancel({.recipients = {"ann"}});
  const std::vector<RawRequest> requests = upstream.Requests();
  ASSERT_EQ(requests.size(), 6u);
  const std::string first = requests[0].Header("traceparent");
  EXPECT_EQ(requests[1].Header("traceparent"), first);
  EXPECT_EQ(requests[2].Header("traceparent"), first);
  EXPECT_NE(requests[3].Header("traceparent").substr(3, 32), first.substr(3, 32));
  EXPECT_TRUE(first.ends_with("-02")) << first;
  const auto record = gateway.WaitForRecord(reply.Trailer("x-request-id"));
  ASSERT_TRUE(record.has_value());
  EXPECT_EQ(record->trace_id, first.substr(3, 32));
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
