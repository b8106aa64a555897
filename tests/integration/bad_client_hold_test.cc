// Clients that hold on to what they get.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include "tests/integration/bad_client_harness.h"
#include "tests/integration/caller_harness.h"
#include "tests/support/http_call.h"
#include "tests/support/metrics_text.h"
#include "tests/support/raw_client.h"
#include "tests/support/wait.h"

namespace suprsend_gateway::testing {
namespace {

using std::chrono::seconds;
using std::chrono::steady_clock;

const std::vector<std::string> kFewDescriptors = {"prlimit", "--nofile=64:64"};

std::vector<RawClient> Connect(const std::string& address, size_t count,
                               const std::string& hello = "") {
  std::vector<RawClient> clients;
  for (size_t i = 0; i < count; ++i) {
    clients.emplace_back(address);
    EXPECT_TRUE(clients.back().connected()) << i;
    // Whoever is turned away may not even get to say it.
    clients.back().Send(hello);
  }
  return clients;
}

// All of them, within 30 seconds: who says nothing is let go.
void ExpectClosed(const std::vector<RawClient>& clients) {
  const auto end = steady_clock::now() + seconds(30);
  for (const RawClient& client : clients) {
    EXPECT_TRUE(client.WaitForClose(
        std::chrono::ceil<std::chrono::milliseconds>(end - steady_clock::now())));
  }
}

// Soon: a descriptor that the gateway has had a file open with is free for one more caller.
bool NotLive(const Gateway& gateway) {
  return WaitUntil([&] { return HttpCall("GET", gateway.AdminUrl("/livez")).status == 503; },
                   kPatience);
}

using HoldTest = BadClientTest;

// More connections than there are descriptors, and none of them says a word.
TEST_F(HoldTest, DescriptorsRunOutAndComeBack) {
  StartGateway({}, kFewDescriptors);
  const std::vector<RawClient> silent = Connect(gateway_->address(), 200);
  EXPECT_TRUE(NotLive(*gateway_)) << "new callers find no room";
  EXPECT_TRUE(WaitUntil([this] {
    return *Sample(gateway_->Metrics(), "suprsend_gateway_connections_turned_away_total") > 100;
  }));
  EXPECT_TRUE(gateway_->process().WaitForPrefix("suprsend-gateway: turned away ", kPatience));
  ExpectClosed(silent);
  EXPECT_TRUE(IsLive());
  EXPECT_TRUE(ServesNewClients());
  ExpectNoHarm(150);
}

// The same, by clients who speak HTTP/2 and so may stay.
TEST_F(HoldTest, LivenessFailsWhileCallersHoldEveryDescriptor) {
  StartGateway({}, kFewDescriptors);
  {
    const std::vector<RawClient> idle = Connect(gateway_->address(), 200, http2::Hello());
    EXPECT_TRUE(NotLive(*gateway_));
    EXPECT_EQ(HttpCall("GET", gateway_->AdminUrl("/readyz")).status, 200)
        << "the admin port has descriptors of its own";
  }
  EXPECT_TRUE(ServesNewClients());
  EXPECT_TRUE(IsLive());
  ExpectNoHarm(150);
}

TEST_F(CallerTest, WithoutACertificateDescriptorsAreHeldForAHandshakeAtMost) {
  std::vector<std::string> flags = TlsFlags();
  flags.emplace_back("--allow_any_verified_caller");
  Gateway gateway(upstream_.Url(), flags, {}, kFewDescriptors);
  GatewayClient before(gateway.address(), billing());
  ASSERT_TRUE(before.Cancel({.execution_id = "dsl_1"}).ok());
  const std::vector<RawClient> silent = Connect(gateway.address(), 200);
  EXPECT_TRUE(NotLive(gateway));
  EXPECT_TRUE(before.Cancel({.execution_id = "dsl_1"}).ok());
  ExpectClosed(silent);
  EXPECT_EQ(HttpCall("GET", gateway.AdminUrl("/livez")).status, 200);
  EXPECT_TRUE(GatewayClient(gateway.address(), billing()).Cancel({.execution_id = "dsl_1"}).ok());
}

TEST_F(HoldTest, TenThousandIdleConnections) {
  rlimit limit{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &limit), 0);
  limit.rlim_cur = limit.rlim_max;
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &limit), 0);
  // Where the system gives no more, as many as the gateway takes.
  const size_t count = std::min<rlim_t>(10'000, limit.rlim_max / 4 * 3 - 100);
  StartGateway();
  const std::vector<RawClient> idle = Connect(gateway_->address(), count, http2::Hello());
  EXPECT_TRUE(ServesNewClients());
  EXPECT_TRUE(IsLive());
  const long memory_mib = gateway_->process().StatusNumber("VmRSS") / 1024;
  std::printf("%zu connections, %ld MiB\n", count, memory_mib);
  ExpectNoHarm(600);
}

// A header block in steps of one byte, that never ends.
TEST_F(HoldTest, HeadersThatDrip) {
  StartGateway();
  const std::vector<RawClient> slow = Connect(gateway_->address(), 50, http2::Hello());
  const std::string block = http2::CallHeaders();
  for (const RawClient& client : slow) {
    ASSERT_TRUE(client.Send(http2::Frame(http2::kHeaders, 0, 1, block.substr(0, 1))));
  }
  for (size_t i = 1; i < block.size() - 1; ++i) {
    for (const RawClient& client : slow) {
      client.Send(http2::Frame(http2::kContinuation, 0, 1, block.substr(i, 1)));
    }
  }
  EXPECT_TRUE(ServesNewClients());
  ExpectNoHarm(150);
}

}  // namespace
}  // namespace suprsend_gateway::testing
