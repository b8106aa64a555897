// Many calls in flight at once.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/gateway.h"
#include "tests/support/gateway_client.h"
#include "tests/support/raw_upstream.h"

namespace suprsend_gateway::testing {
namespace {

constexpr size_t kCalls = 2'000;
// gRPC's own pool, the event loop, the admin port: some dozens, and nothing that grows with calls.
constexpr int kMostThreads = 100;

// Each call in flight over HTTP/1.1 is a connection, and its other end is here.
void RaiseDescriptorLimit() {
  rlimit limit{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &limit), 0);
  limit.rlim_cur = limit.rlim_max;
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &limit), 0);
  ASSERT_GT(limit.rlim_cur, kCalls + 100);
}

TEST(LoadTest, TwoThousandCallsInFlight) {
  ASSERT_NO_FATAL_FAILURE(RaiseDescriptorLimit());
  RawUpstream upstream([](const RawRequest& request, RawConnection& connection) {
    connection.Wait(std::chrono::seconds(1));
    // The call's own id comes back: replies must not get mixed up.
    const size_t start = request.body.find(":") + 1;
    const std::string id = request.body.substr(start, request.body.size() - start - 1);
    connection.Send(HttpResponse(200, "{\"execution_ids\":[" + id + "]}"));
  });
  Gateway gateway(upstream.Url(), {"--connect_timeout=1m", "--attempt_timeout=1m"});
  GatewayClient client(gateway.address());

  std::vector<std::unique_ptr<PendingCall>> calls;
  for (size_t i = 0; i < kCalls; ++i) {
    calls.push_back(client.Start({.execution_id = "dsl_" + std::to_string(i)}));
  }
  ASSERT_TRUE(upstream.WaitForRequests(kCalls / 2, kPatience));
  const long threads = gateway.process().StatusNumber("Threads");
  std::printf("threads with %zu calls started: %ld\n", kCalls, threads);
  EXPECT_GT(threads, 0);
  EXPECT_LT(threads, kMostThreads);

  for (size_t i = 0; i < kCalls; ++i) {
    const CallReply& reply = calls[i]->Wait();
    ASSERT_TRUE(reply.ok()) << i << ": " << reply;
    EXPECT_EQ(reply.execution_ids, std::vector<std::string>{"dsl_" + std::to_string(i)});
  }
  EXPECT_EQ(upstream.RequestCount(), kCalls);
}

}  // namespace
}  // namespace suprsend_gateway::testing
