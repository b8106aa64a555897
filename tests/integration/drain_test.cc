// SIGTERM under load, and gateways that die: what the callers see.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/gateway.h"
#include "tests/support/gateway_client.h"
#include "tests/support/http_call.h"
#include "tests/support/metrics_text.h"
#include "tests/support/nginx.h"
#include "tests/support/raw_upstream.h"
#include "tests/support/sanitizer.h"
#include "tests/support/wait.h"

namespace suprsend_gateway::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr char kHealthCheck[] = "/grpc.health.v1.Health/Check";
// HealthCheckResponse{status: NOT_SERVING}.
const std::string kNotServing = wire::VarintField(1, 2);
const std::string kOk = HttpResponse(200, R"({"execution_ids":["dsl_1"]})");
const CancelRequest kPinned{.execution_id = "dsl_1"};
const CancelRequest kOpen{.recipients = {"ann"}};

// Waits until the gateway has seen the signal.
void WaitUntilNotReady(const Gateway& gateway) {
  const auto limit = steady_clock::now() + kPatience;
  while (HttpCall("GET", gateway.AdminUrl("/readyz")).status == 200) {
    ASSERT_LT(steady_clock::now(), limit);
  }
}

TEST(DrainTest, CallsAreServedDuringTheDelay) {
  RawUpstream upstream(Always(kOk));
  Gateway gateway(upstream.Url(), {"--drain_delay=4s"});
  GatewayClient client(gateway.address());
  const auto start = steady_clock::now();
  gateway.process().Signal(SIGTERM);
  WaitUntilNotReady(gateway);
  EXPECT_EQ(client.Call(kHealthCheck, "").body, kNotServing);
  int served = 0;
  do {
    EXPECT_TRUE(client.Cancel(kPinned).ok());
    ++served;
  } while (steady_clock::now() - start < seconds(2));
  EXPECT_GT(served, 0);
  EXPECT_EQ(gateway.process().WaitForExit(kPatience), 0);
  EXPECT_GE(steady_clock::now() - start, seconds(4));
}

TEST(DrainTest, ASecondSignalHurriesTheDelayAndTheCalls) {
  RawUpstream upstream([](const RawRequest&, RawConnection& connection) { connection.Stall(); });
  Gateway gateway(upstream.Url(), {"--drain_delay=10m", "--drain_timeout=10m",
                                   "--default_deadline=10m", "--max_deadline=10m"});
  GatewayClient client(gateway.address());
  const auto call = client.Start(kOpen, {.deadline = std::nullopt});
  ASSERT_TRUE(upstream.WaitForRequests(1, kPatience));
  gateway.process().Signal(SIGTERM);
  WaitUntilNotReady(gateway);
  gateway.process().Signal(SIGTERM);
  EXPECT_EQ(gateway.process().WaitForExit(kPatience), 0);
  EXPECT_FALSE(call->Wait().ok());
}

TEST(DrainTest, TheTimeoutEndsCallsThatDoNot) {
  RawUpstream upstream([](const RawRequest&, RawConnection& connection) { connection.Stall(); });
  Gateway gateway(upstream.Url(), {"--drain_timeout=500ms", "--max_deadline=10m"});
  GatewayClient client(gateway.address());
  const auto call = client.Start(kOpen, {.deadline = std::chrono::minutes(5)});
  ASSERT_TRUE(upstream.WaitForRequests(1, kPatience));
  EXPECT_EQ(gateway.Stop(), 0);
  EXPECT_FALSE(call->Wait().ok());
  // Its record says that it was sent.
  EXPECT_THAT(gateway.process().Stderr(), ::testing::HasSubstr("\"outcome\":\"UNKNOWN\""));
}

// A gateway that is killed once upstream has the request, before it has answered. The caller's own
// gRPC library has another gateway to go to.
class KilledGatewayTest : public ::testing::Test {
 protected:
  // How often upstream got it, once it has been got `expected` times or `patience` is over.
  size_t PostsOf(const CancelRequest& request, size_t expected, seconds patience) {
    RawUpstream upstream([](const RawRequest&, RawConnection& connection) { connection.Stall(); });
    Gateway first(upstream.Url());
    Gateway second(upstream.Url());
    GatewayClient client("ipv4:" + first.address() + "," + second.address(),
                         R"({"methodConfig": [{"name": [{}], "retryPolicy": {"maxAttempts": 4,
                             "initialBackoff": "0.01s", "maxBackoff": "0.01s",
                             "backoffMultiplier": 1, "retryableStatusCodes": ["UNAVAILABLE"]}}]})");
    const auto call = client.Start(request, {.deadline = std::nullopt});
    EXPECT_TRUE(upstream.WaitForRequests(1, kPatience));
    first.Kill();
    upstream.WaitForRequests(expected, patience);
    const size_t posts = upstream.RequestCount();
    call->Cancel();
    EXPECT_FALSE(call->Wait().ok());
    return posts;
  }
};

TEST_F(KilledGatewayTest, AnOpenCallIsNotRepeatedByALibrary) {
  EXPECT_EQ(PostsOf(kOpen, 2, seconds(2)), 1U);
}

// It cancels nothing more than the first did. It also shows that the library does repeat.
TEST_F(KilledGatewayTest, APinnedCallIsRepeated) { EXPECT_EQ(PostsOf(kPinned, 2, kPatience), 2U); }

// A roll-out: one of two gateways is restarted again and again while callers go on.
TEST(RollingRestartTest, NoCallFails) {
  constexpr int kRestarts = kAddressSanitizer ? 20 : 100;
  RawUpstream upstream([](const RawRequest&, RawConnection& connection) {
    connection.Wait(milliseconds(2));
    connection.Send(kOk);
  });
  Gateway stays(upstream.Url());
  const std::string address = "127.0.0.1:" + std::to_string(UnusedPort());
  // The delay is as long as the callers take to see that it leaves, and then hurried.
  const std::vector<std::string> same_port = {"--drain_delay=10m", "--listen=" + address};
  std::optional<Gateway> restarted;
  restarted.emplace(upstream.Url(), same_port);

  std::atomic<bool> stop = false;
  std::atomic<int> calls = 0;
  std::atomic<int> failed = 0;
  std::vector<std::jthread> callers;
  for (int t = 0; t < 4; ++t) {
    callers.emplace_back([&, t] {
      GatewayClient client("ipv4:" + stays.address() + "," + address, kRecommendedServiceConfig);
      while (!stop) {
        const CallReply reply =
            client.Cancel(t % 2 == 0 ? kPinned : kOpen, {.deadline = std::nullopt});
        ++calls;
        if (!reply.ok() && ++failed <= 5) ADD_FAILURE() << reply;
      }
    });
  }
  const auto have_left = [&] {
    const auto taken = [&] {
      return SampleSum(restarted->Metrics(), "suprsend_gateway_calls_total");
    };
    const auto taken_before = taken();
    const int before = calls;
    EXPECT_TRUE(WaitUntil([&] { return calls >= before + 40; }));
    return taken() == taken_before;
  };
  for (int i = 0; i < kRestarts; ++i) {
    restarted->process().Signal(SIGTERM);
    WaitUntilNotReady(*restarted);
    EXPECT_TRUE(WaitUntil(have_left));
    restarted->process().Signal(SIGTERM);
    EXPECT_EQ(restarted->process().WaitForExit(kPatience), 0);
    restarted.reset();
    restarted.emplace(upstream.Url(), same_port);
    // Until it takes calls again.
    const size_t before = upstream.RequestCount();
    upstream.WaitForRequests(before + 20, kPatience);
  }
  stop = true;
  callers.clear();
  restarted->process().Signal(SIGTERM);
  WaitUntilNotReady(*restarted);  // Its end is the second signal.
  std::printf("%d calls during %d restarts, %d failed\n", calls.load(), kRestarts, failed.load());
  EXPECT_EQ(failed, 0);
  EXPECT_GT(calls, kRestarts);
}

}  // namespace
}  // namespace suprsend_gateway::testing
