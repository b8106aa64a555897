#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/raw_upstream.h"
#include "tests/unit/http/client_harness.h"
#include "tests/unit/http/listeners.h"

namespace suprsend_gateway::http {
namespace {

using testing::Always;
using testing::RawUpstream;

TEST(ConnectionTest, OneServesRequestsOneAfterAnother) {
  RawUpstream upstream(Always(testing::HttpResponse(200, "{}")));
  ClientHarness client;
  for (int i = 0; i < 50; ++i) EXPECT_EQ(client.Ask(upstream.Url()), "200");
  EXPECT_EQ(upstream.ConnectionCount(), 1);
}

TEST(ConnectionTest, IsKeptAfterARefusal) {
  RawUpstream upstream(Always(testing::HttpResponse(500, "{}")));
  ClientHarness client;
  for (int i = 0; i < 5; ++i) EXPECT_EQ(client.Ask(upstream.Url()), "500");
  EXPECT_EQ(upstream.ConnectionCount(), 1);
}

TEST(ConnectionTest, ThousandsOfRequestsOneAfterAnotherFromManyThreads) {
  constexpr int kThreads = 4;
  constexpr int kRequests = 500;
  RawUpstream upstream(Always(testing::HttpResponse(200, "{}")));
  ClientHarness client;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < kRequests; ++i) EXPECT_EQ(client.Ask(upstream.Url()), "200");
      });
    }
  }
  EXPECT_EQ(upstream.RequestCount(), size_t{kThreads} * kRequests);
  EXPECT_LE(upstream.ConnectionCount(), kThreads);
}

// Over HTTP/1.1, where each takes a connection: none waits for the answer of another.
TEST(ConnectionTest, TwoThousandRequestsAreInFlightAtOnce) {
  constexpr int kInFlight = 2000;
  HoldingServer upstream(kInFlight);
  ClientHarness client;
  std::vector<std::future<HttpResult>> results;
  for (int i = 0; i < kInFlight; ++i) {
    results.push_back(
        client.Send("http://" + upstream.Address() + "/", {.body = HoldingServer::kBodyEnd}));
  }
  int answered = 0;
  for (auto& result : results) answered += AwaitDescription(result) == "200";
  EXPECT_EQ(answered, kInFlight);
  EXPECT_EQ(upstream.most_waiting(), kInFlight);
}

// The first request to an upstream must not hold up the others while it waits for its answer.
TEST(ConnectionTest, AColdPairIsInFlightAtOnce) {
  HoldingServer upstream(2);
  ClientHarness client;
  const std::string url = "http://" + upstream.Address() + "/";
  const RequestOptions options{.body = HoldingServer::kBodyEnd,
                               .send_by = std::chrono::seconds(5),
                               .deadline = std::chrono::seconds(5)};
  std::future<HttpResult> first = client.Send(url, options);
  std::future<HttpResult> second = client.Send(url, options);
  EXPECT_EQ(AwaitDescription(first), "200");
  EXPECT_EQ(AwaitDescription(second), "200");
}

}  // namespace
}  // namespace suprsend_gateway::http
