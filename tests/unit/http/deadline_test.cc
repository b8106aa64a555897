#include <gtest/gtest.h>

#include <latch>
#include <vector>

#include "tests/support/raw_upstream.h"
#include "tests/unit/http/client_harness.h"
#include "tests/unit/http/listeners.h"
#include "tests/unit/http/resolver.h"

namespace suprsend_gateway::http {
namespace {

using std::chrono::milliseconds;
using testing::Always;
using testing::RawConnection;
using testing::RawRequest;
using testing::RawUpstream;

constexpr milliseconds kShort{200};

void Stall(const RawRequest&, RawConnection& connection) { connection.Stall(); }

TEST(DeadlineTest, PassesWhileTheAnswerIsAwaited) {
  RawUpstream upstream(Stall);
  ClientHarness client;
  const clock::TimePoint start = client.loop().Now();
  EXPECT_EQ(client.Ask(upstream.Url(), {.deadline = std::chrono::seconds(2)}), "kDeadline sent");
  EXPECT_GE(client.loop().Now() - start, std::chrono::seconds(2));
  EXPECT_EQ(upstream.RequestCount(), 1u);
}

TEST(DeadlineTest, PassesWhileConnecting) {
  const FullListener upstream;
  ClientHarness client;
  const clock::TimePoint start = client.loop().Now();
  EXPECT_EQ(
      client.Ask("http://" + upstream.Address() + "/", {.send_by = kShort, .deadline = kShort}),
      "kDeadline");
  EXPECT_GE(client.loop().Now() - start, kShort);
}

TEST(DeadlineTest, PassesDuringTheHandshake) {
  const SilentListener upstream;
  ClientHarness client;
  EXPECT_EQ(
      client.Ask("https://" + upstream.Address() + "/", {.send_by = kShort, .deadline = kShort}),
      "kDeadline");
}

TEST(DeadlineTest, HasPassedBeforeTheStart) {
  RawUpstream upstream(Always(testing::HttpResponse(200, "{}")));
  ClientHarness client;
  EXPECT_EQ(client.Ask(upstream.Url(), {.send_by = -kShort}), "kDeadline");
  EXPECT_EQ(client.Ask(upstream.Url(), {.send_by = milliseconds(0)}), "kDeadline");
  EXPECT_EQ(client.Ask(upstream.Url(), {.send_by = -kShort, .deadline = -kShort}), "kDeadline");
  EXPECT_EQ(upstream.ConnectionCount(), 0);
}

TEST(DeadlineTest, ARequestThatIsConnectedAfterSendByIsNotSent) {
  RawUpstream upstream(Always(testing::HttpResponse(200, "{}")));
  HangingResolver resolver;
  ClientHarness client;
  const std::string url = "http://hang.test:" + std::to_string(upstream.port()) + "/";
  std::future<HttpResult> result = client.Send(url, {.send_by = std::chrono::seconds(1)});
  ASSERT_TRUE(resolver.WaitForLookups(1));
  std::latch passed(1);
  client.loop().After(std::chrono::seconds(1), [&] { passed.count_down(); });
  passed.wait();
  resolver.Answer();
  EXPECT_EQ(AwaitDescription(result), "kDeadline");
  EXPECT_EQ(upstream.RequestCount(), 0u);
}

TEST(DeadlineTest, SendByDoesNotCutWhatWasSent) {
  RawUpstream upstream([](const RawRequest&, RawConnection& connection) {
    connection.Wait(std::chrono::seconds(2));
    connection.Send(testing::HttpResponse(200, "{}"));
  });
  ClientHarness client;
  EXPECT_EQ(client.Ask(upstream.Url(), {.send_by = std::chrono::seconds(1)}), "200");
}

// Whatever another request to the same upstream is waiting for.
TEST(DeadlineTest, IsKeptBehindARequestThatWaitsForItsAnswer) {
  RawUpstream upstream(Stall);
  ClientHarness client;
  std::stop_source give_up;
  std::future<HttpResult> first = client.Send(upstream.Url(), {.abandoned = give_up.get_token()});
  ASSERT_TRUE(upstream.WaitForRequests(1, kPatience));
  std::future<HttpResult> second =
      client.Send(upstream.Url(), {.deadline = std::chrono::seconds(2)});
  EXPECT_EQ(second.wait_for(kPatience / 4), std::future_status::ready);
  give_up.request_stop();
  EXPECT_EQ(AwaitDescription(first), "kAbandoned sent");
  EXPECT_EQ(AwaitDescription(second), "kDeadline sent");
}

TEST(DeadlineTest, IsKeptBehindARequestWhoseHandshakeHangs) {
  const SilentListener upstream;
  ClientHarness client;
  const std::string url = "https://" + upstream.Address() + "/";
  std::stop_source give_up;
  std::future<HttpResult> first = client.Send(url, {.abandoned = give_up.get_token()});
  std::future<HttpResult> second = client.Send(url, {.send_by = kShort, .deadline = kShort});
  EXPECT_EQ(second.wait_for(kPatience / 4), std::future_status::ready);
  give_up.request_stop();
  EXPECT_EQ(AwaitDescription(first), "kAbandoned");
  EXPECT_EQ(AwaitDescription(second), "kDeadline");
}

// The limit for connecting is each request's own: they do not wait for it one after another.
TEST(DeadlineTest, ManyThatCannotConnectFailAtTheSameTime) {
  constexpr int kMany = 30;
  const SilentListener upstream;
  TransferOptions options = PatientOptions();
  options.connect_timeout = std::chrono::seconds(1);
  ClientHarness client(options);
  std::vector<std::future<HttpResult>> results;
  for (int i = 0; i < kMany; ++i) {
    results.push_back(client.Send("https://" + upstream.Address() + "/"));
  }
  const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(kMany / 3);
  int in_time = 0;
  for (auto& result : results) in_time += result.wait_until(limit) == std::future_status::ready;
  EXPECT_EQ(in_time, kMany);
  for (auto& result : results) EXPECT_EQ(AwaitDescription(result), "kUnreachable");
}

}  // namespace
}  // namespace suprsend_gateway::http
