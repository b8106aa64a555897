// What the gateway holds back: for upstream's sake after a 429 and while it fails, and for its own.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/gateway.h"
#include "tests/support/gateway_client.h"
#include "tests/support/http_call.h"
#include "tests/support/metrics_text.h"
#include "tests/support/raw_upstream.h"
#include "tests/support/sanitizer.h"
#include "tests/support/wait.h"

namespace suprsend_gateway::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;
using ::testing::AllOf;
using ::testing::Ge;
using ::testing::HasSubstr;
using ::testing::Le;

const std::string kOk = HttpResponse(200, R"({"execution_ids":["dsl_1"]})");
const CancelRequest kRequest{.execution_id = "dsl_1"};

TEST(CoolDownTest, ARetryAfterHoldsBackEveryCallOfTheProcess) {
  RawUpstream upstream(Always(HttpResponse(429, "", {"Retry-After: 30"})));
  Gateway gateway(upstream.Url());
  GatewayClient client(gateway.address());
  EXPECT_EQ(client.Cancel(kRequest).retry_delay, seconds(30));

  upstream.SetScript(Always(kOk));
  const CallReply held =
      GatewayClient(gateway.address())
          .Cancel({.recipients = {"ann"}}, {.deadline = std::chrono::minutes(1)});
  EXPECT_EQ(held.Verdict(), "RESOURCE_EXHAUSTED/UPSTREAM_RATE_LIMITED/NOT_APPLIED");
  EXPECT_EQ(held.Metadata("attempts"), "0");
  ASSERT_TRUE(held.retry_delay.has_value());
  EXPECT_THAT(held.retry_delay->count(), AllOf(Ge(1'000), Le(30'000)));
  EXPECT_EQ(held.Trailer("grpc-retry-pushback-ms"), std::to_string(held.retry_delay->count() + 1))
      << "rounded up";
  EXPECT_EQ(upstream.RequestCount(), 1U);
}

TEST(CoolDownTest, ACallWaitsForAShortOne) {
  RawUpstream upstream(Always(HttpResponse(429, "", {"Retry-After: 1"})));
  Gateway gateway(upstream.Url());
  GatewayClient client(gateway.address());
  const auto start = steady_clock::now();
  EXPECT_EQ(client.Cancel(kRequest).code, "RESOURCE_EXHAUSTED");
  upstream.SetScript(Always(kOk));
  const CallReply waited = client.Cancel(kRequest);
  EXPECT_TRUE(waited.ok()) << waited;
  EXPECT_GE(steady_clock::now() - start, seconds(1));
}

class CircuitTest : public ::testing::Test {
 protected:
  double Open() { return Sample(gateway_.Metrics(), "suprsend_gateway_circuit_open").value_or(-1); }

  RawUpstream upstream_{Always(HttpResponse(503, ""))};
  Gateway gateway_{upstream_.Url(),
                   {"--breaker_failure_percent=50", "--breaker_min_attempts=5",
                    "--breaker_window=1m", "--breaker_probe_interval=3s"}};
  GatewayClient client_{gateway_.address()};
};

TEST_F(CircuitTest, OpensAfterFailuresAndClosesWhenAProbeSucceeds) {
  EXPECT_EQ(Open(), 0);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(client_.Cancel(kRequest).reason, "UPSTREAM_UNAVAILABLE");
  const CallReply refused = client_.Cancel(kRequest);
  EXPECT_EQ(refused.Verdict(), "UNAVAILABLE/UPSTREAM_CIRCUIT_OPEN/NOT_APPLIED");
  EXPECT_EQ(refused.Metadata("attempts"), "0");
  ASSERT_TRUE(refused.retry_delay.has_value());
  EXPECT_THAT(refused.retry_delay->count(), AllOf(Ge(0), Le(3'000)));
  EXPECT_NE(refused.Trailer("grpc-retry-pushback-ms"), "-1");
  EXPECT_EQ(upstream_.RequestCount(), 5U);
  EXPECT_EQ(Open(), 1);

  upstream_.SetScript(Always(kOk));
  const auto limit = steady_clock::now() + kPatience;
  while (!client_.Cancel(kRequest).ok() && steady_clock::now() < limit) {
  }
  EXPECT_TRUE(client_.Cancel(kRequest).ok());
  EXPECT_EQ(Open(), 0);
  EXPECT_EQ(gateway_.Stop(), 0);
  EXPECT_THAT(gateway_.process().Stderr(), AllOf(HasSubstr("\nsuprsend-gateway: circuit open"),
                                                 HasSubstr("\nsuprsend-gateway: circuit closed")));
}

TEST_F(CircuitTest, ReadinessDoesNotDependOnIt) {
  for (int i = 0; i < 6; ++i) client_.Cancel(kRequest);
  EXPECT_EQ(Open(), 1);
  EXPECT_EQ(HttpCall("GET", gateway_.AdminUrl("/readyz")).status, 200);
  EXPECT_EQ(HttpCall("GET", gateway_.AdminUrl("/livez")).status, 200);
}

// One poisonous request must not close the door for all.
TEST_F(CircuitTest, StaysClosedForWhatARequestCanCause) {
  for (const int status : {400, 404, 421, 429, 500}) {
    upstream_.SetScript(Always(HttpResponse(status, "{}")));
    for (int i = 0; i < 20; ++i) {
      EXPECT_EQ(client_.Cancel(kRequest).Metadata("http_status"), std::to_string(status));
    }
  }
  EXPECT_EQ(Open(), 0);
}

TEST(OverloadTest, MoreThanTheLimitIsRefusedAtOnce) {
  RawUpstream upstream([](const RawRequest&, RawConnection& connection) { connection.Stall(); });
  Gateway gateway(upstream.Url(), {"--max_in_flight=2"});
  EXPECT_THAT(gateway.ready_line(), HasSubstr("at most 2 calls in flight"));
  GatewayClient client(gateway.address());
  std::vector<std::unique_ptr<PendingCall>> inside;
  for (int i = 0; i < 2; ++i) inside.push_back(client.Start(kRequest));
  ASSERT_TRUE(upstream.WaitForRequests(2, kPatience));

  const CallReply refused = client.Cancel(kRequest);
  EXPECT_EQ(refused.Verdict(), "UNAVAILABLE/GATEWAY_OVERLOADED/NOT_APPLIED");
  EXPECT_EQ(refused.Metadata("attempts"), "0");
  EXPECT_EQ(refused.retry_delay, seconds(1));
  EXPECT_EQ(refused.Trailer("grpc-retry-pushback-ms"), "1000");
  EXPECT_EQ(upstream.RequestCount(), 2U);
  CancelRequest only_checked = kRequest;
  only_checked.validate_only = true;
  EXPECT_TRUE(client.Cancel(only_checked).ok()) << "takes no place";

  upstream.SetScript(Always(kOk));
  for (const auto& call : inside) call->Cancel();
  for (const auto& call : inside) EXPECT_EQ(call->Wait().code, "CANCELLED");
  EXPECT_TRUE(WaitUntil([&] { return client.Cancel(kRequest).ok(); })) << "a place is free again";
}

// Upstream takes a second for each answer while many more come than fit.
TEST(OverloadTest, ASlowUpstreamFillsNoMemoryAndIsLeftBehindWhenItIsWell) {
  constexpr int kCalls = 4'000;
  RawUpstream upstream([](const RawRequest&, RawConnection& connection) {
    connection.Wait(seconds(1));
    connection.Send(kOk);
  });
  Gateway gateway(upstream.Url(), {"--max_in_flight=200"});
  GatewayClient client(gateway.address());
  std::vector<std::unique_ptr<PendingCall>> calls;
  for (int i = 0; i < kCalls; ++i) calls.push_back(client.Start(kRequest));
  int served = 0;
  int refused = 0;
  for (const auto& call : calls) {
    const CallReply& reply = call->Wait();
    served += reply.ok();
    refused += reply.reason == "GATEWAY_OVERLOADED";
  }
  EXPECT_EQ(served + refused, kCalls);
  EXPECT_GE(served, 200);
  EXPECT_GT(refused, 0);
  EXPECT_LE(upstream.ConnectionCount(), 200 + 10);
  const long most_memory_mib = gateway.process().StatusNumber("VmHWM") / 1024;
  std::printf("served %d, refused %d, most memory %ld MiB\n", served, refused, most_memory_mib);
  EXPECT_TRUE(kAddressSanitizer || most_memory_mib < 400);

  upstream.SetScript(Always(kOk));
  for (int i = 0; i < 200; ++i) EXPECT_TRUE(client.Cancel(kRequest).ok());
}

}  // namespace
}  // namespace suprsend_gateway::testing
