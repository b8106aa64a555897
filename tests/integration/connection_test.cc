// What the gateway bounds of its callers' connections.
#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <string>

#include "tests/support/gateway.h"
#include "tests/support/gateway_client.h"
#include "tests/support/raw_client.h"
#include "tests/support/raw_upstream.h"

namespace suprsend_gateway::testing {
namespace {

using std::chrono::seconds;
using std::chrono::steady_clock;

// A call that crosses the GOAWAY was not read by the gateway, and the client's library sends it
// again.
TEST(ConnectionTest, IsToldToGoAtItsAgeAndNoCallFails) {
  RawUpstream upstream(Always(HttpResponse(200, R"({"execution_ids":["dsl_1"]})")));
  const Gateway gateway(upstream.Url(), {"--max_connection_age=1s"});
  RawClient idle(gateway.address());
  ASSERT_TRUE(idle.Send(http2::Hello()));
  GatewayClient client(gateway.address(), kRecommendedServiceConfig);
  const auto start = steady_clock::now();
  size_t calls = 0;
  while (steady_clock::now() < start + seconds(4)) {
    const CallReply reply = client.Cancel({.execution_id = "dsl_1"});
    ASSERT_TRUE(reply.ok()) << reply << " after " << calls << " calls";
    ++calls;
  }
  EXPECT_GT(calls, 0U);
  EXPECT_EQ(upstream.RequestCount(), calls);
  EXPECT_TRUE(idle.WaitForFrame(http2::kGoaway));
}

// gRPC's own answer, without our ErrorInfo. It sometimes closes the connection then, by where the
// bytes were cut on the way; so what is within the limit goes on another one.
TEST(ConnectionTest, MetadataOverItsLimitIsRefused) {
  RawUpstream upstream(Always(HttpResponse(200, R"({"execution_ids":["dsl_1"]})")));
  const Gateway gateway(upstream.Url());
  GatewayClient client(gateway.address());
  std::map<std::string, std::string> metadata;
  for (int i = 0; i < 3; ++i) metadata["x-large-" + std::to_string(i)] = std::string(7'000, 'x');
  const CallReply refused = client.Cancel({.execution_id = "dsl_1"}, {.metadata = metadata});
  EXPECT_EQ(refused.code, "RESOURCE_EXHAUSTED");
  EXPECT_EQ(refused.reason, "");
  EXPECT_EQ(upstream.RequestCount(), 0U);
  metadata.erase("x-large-2");
  const CallReply next =
      GatewayClient(gateway.address()).Cancel({.execution_id = "dsl_1"}, {.metadata = metadata});
  EXPECT_TRUE(next.ok()) << next;
}

}  // namespace
}  // namespace suprsend_gateway::testing
