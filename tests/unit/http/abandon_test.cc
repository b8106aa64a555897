#include <gtest/gtest.h>

#include <latch>
#include <stop_token>
#include <thread>
#include <vector>

#include "tests/support/raw_upstream.h"
#include "tests/unit/http/client_harness.h"
#include "tests/unit/http/listeners.h"
#include "tests/unit/http/resolver.h"

namespace suprsend_gateway::http {
namespace {

using testing::Always;
using testing::RawConnection;
using testing::RawRequest;
using testing::RawUpstream;

TEST(AbandonTest, BeforeTheStart) {
  RawUpstream upstream(Always(testing::HttpResponse(200, "{}")));
  ClientHarness client;
  std::stop_source caller;
  caller.request_stop();
  EXPECT_EQ(client.Ask(upstream.Url(), {.abandoned = caller.get_token()}), "kAbandoned");
  EXPECT_EQ(upstream.ConnectionCount(), 0);
}

TEST(AbandonTest, InTheQueueOfTheLoop) {
  RawUpstream upstream(Always(testing::HttpResponse(200, "{}")));
  ClientHarness client;
  std::stop_source caller;
  std::latch go(1);
  client.loop().Post([&] { go.wait(); });
  std::future<HttpResult> result = client.Send(upstream.Url(), {.abandoned = caller.get_token()});
  caller.request_stop();
  go.count_down();
  EXPECT_EQ(AwaitDescription(result), "kAbandoned");
  EXPECT_EQ(upstream.ConnectionCount(), 0);
}

TEST(AbandonTest, WhileConnecting) {
  const FullListener upstream;
  ClientHarness client;
  std::stop_source caller;
  std::future<HttpResult> result =
      client.Send("http://" + upstream.Address() + "/", {.abandoned = caller.get_token()});
  std::latch started(1);
  client.loop().Post([&] { started.count_down(); });
  started.wait();
  caller.request_stop();
  EXPECT_EQ(AwaitDescription(result), "kAbandoned");
}

TEST(AbandonTest, DuringTheHandshake) {
  // Reads what comes and finds no request in it, so never answers.
  RawUpstream upstream(Always(testing::HttpResponse(200, "{}")));
  ClientHarness client;
  std::stop_source caller;
  std::future<HttpResult> result =
      client.Send("https://127.0.0.1:" + std::to_string(upstream.port()) + "/",
                  {.abandoned = caller.get_token()});
  while (upstream.ConnectionCount() == 0) std::this_thread::yield();
  caller.request_stop();
  EXPECT_EQ(AwaitDescription(result), "kAbandoned");
  EXPECT_EQ(upstream.RequestCount(), 0u);
}

TEST(AbandonTest, LeavesTheOthersThatWaitForTheSameConnection) {
  const CuttingListener upstream;
  ClientHarness client;
  std::stop_source caller;
  std::latch go(1);
  client.loop().Post([&] { go.wait(); });
  const std::string url = "https://" + upstream.Address() + "/";
  std::future<HttpResult> first = client.Send(url, {.abandoned = caller.get_token()});
  std::future<HttpResult> second = client.Send(url);
  std::future<HttpResult> third = client.Send(url);
  caller.request_stop();
  go.count_down();
  EXPECT_EQ(AwaitDescription(first), "kAbandoned");
  EXPECT_EQ(AwaitDescription(second), "kUnreachable");
  EXPECT_EQ(AwaitDescription(third), "kUnreachable");
}

TEST(AbandonTest, AfterSendingTheAnswerIsStillHeardAndTheConnectionKept) {
  std::latch answer(1);
  RawUpstream upstream([&](const RawRequest&, RawConnection& connection) {
    answer.wait();
    connection.Send(testing::HttpResponse(200, "{}"));
  });
  ClientHarness client;
  std::stop_source caller;
  std::future<HttpResult> result = client.Send(upstream.Url(), {.abandoned = caller.get_token()});
  ASSERT_TRUE(upstream.WaitForRequests(1, kPatience));
  caller.request_stop();
  answer.count_down();
  EXPECT_EQ(AwaitDescription(result), "200");
  EXPECT_EQ(client.Ask(upstream.Url()), "200");
  EXPECT_EQ(upstream.ConnectionCount(), 1);
}

TEST(AbandonTest, AfterSendingItEndsWithTheGrace) {
  RawUpstream upstream([](const RawRequest&, RawConnection& connection) { connection.Stall(); });
  ClientHarness client;
  std::stop_source caller;
  std::future<HttpResult> result = client.Send(upstream.Url(), {.abandoned = caller.get_token()});
  ASSERT_TRUE(upstream.WaitForRequests(1, kPatience));
  const clock::TimePoint start = client.loop().Now();
  caller.request_stop();
  EXPECT_EQ(AwaitDescription(result), "kAbandoned sent");
  EXPECT_GE(client.loop().Now() - start, std::chrono::seconds(2));
  EXPECT_EQ(upstream.RequestCount(), 1u);
}

TEST(AbandonTest, TheDeadlineHoldsWithinTheGrace) {
  RawUpstream upstream([](const RawRequest&, RawConnection& connection) { connection.Stall(); });
  ClientHarness client;
  std::stop_source caller;
  std::future<HttpResult> result = client.Send(
      upstream.Url(), {.deadline = std::chrono::seconds(2), .abandoned = caller.get_token()});
  ASSERT_TRUE(upstream.WaitForRequests(1, kPatience));
  caller.request_stop();
  EXPECT_EQ(AwaitDescription(result), "kDeadline sent");
}

TEST(AbandonTest, AfterTheEndMeansNothing) {
  RawUpstream upstream(Always(testing::HttpResponse(200, "{}")));
  ClientHarness client;
  std::stop_source caller;
  EXPECT_EQ(client.Ask(upstream.Url(), {.abandoned = caller.get_token()}), "200");
  caller.request_stop();
  EXPECT_EQ(client.Ask(upstream.Url()), "200");
}

// Whoever wins: one result, and the truth about what was sent.
TEST(AbandonTest, AtAnyMomentTellsTheTruthAboutSending) {
  RawUpstream upstream(Always(testing::HttpResponse(200, "{}")));
  ClientHarness client;
  for (int i = 0; i < 300; ++i) {
    const size_t before = upstream.RequestCount();
    std::stop_source caller;
    std::jthread leaver([&] {
      for (int spins = i * 40; spins > 0; --spins)
        std::atomic_signal_fence(std::memory_order_seq_cst);
      caller.request_stop();
    });
    std::future<HttpResult> result = client.Send(upstream.Url(), {.abandoned = caller.get_token()});
    const std::string got = AwaitDescription(result);
    ASSERT_TRUE(got == "200" || got == "kAbandoned") << got;
    EXPECT_EQ(upstream.RequestCount() - before, got == "200" ? 1u : 0u);
  }
}

}  // namespace
}  // namespace suprsend_gateway::http
