#include <gtest/gtest.h>

#include <latch>
#include <vector>

#include "tests/support/raw_upstream.h"
#include "tests/unit/http/client_harness.h"
#include "tests/unit/http/listeners.h"

namespace suprsend_gateway::http {
namespace {

using testing::Always;
using testing::RawConnection;
using testing::RawRequest;
using testing::RawUpstream;

TEST(StopTest, WhatIsInFlightEndsAsAbandonedWithTheTruthAboutSending) {
  RawUpstream silent([](const RawRequest&, RawConnection& connection) { connection.Stall(); });
  const FullListener full;
  std::future<HttpResult> sent;
  std::future<HttpResult> unsent;
  {
    ClientHarness client;
    sent = client.Send(silent.Url());
    ASSERT_TRUE(silent.WaitForRequests(1, kPatience));
    unsent = client.Send("http://" + full.Address() + "/");
    std::latch started(1);
    client.loop().Post([&] { started.count_down(); });
    started.wait();
  }
  EXPECT_EQ(AwaitDescription(sent), "kAbandoned sent");
  EXPECT_EQ(AwaitDescription(unsent), "kAbandoned");
}

// The contract of Post: `done` runs exactly once, whatever becomes of the request.
TEST(StopTest, WhatWasQueuedWhenTheLoopStoppedEndsAsAbandoned) {
  RawUpstream upstream(Always(testing::HttpResponse(200, "{}")));
  std::future<HttpResult> queued;
  std::future<HttpResult> late;
  {
    ClientHarness client;
    std::latch entered(1);
    std::latch stopping(1);
    client.loop().Post([&] {
      entered.count_down();
      stopping.wait();
    });
    entered.wait();
    std::jthread stopper([&] { client.Stop(); });
    queued = client.Send(upstream.Url());
    stopping.count_down();
    stopper.join();
    late = client.Send(upstream.Url());
  }
  const std::string got = AwaitDescription(queued);
  EXPECT_TRUE(got == "kAbandoned" || got == "kAbandoned sent" || got == "200") << got;
  EXPECT_EQ(AwaitDescription(late), "kAbandoned");
  EXPECT_LE(upstream.RequestCount(), 1u);
}

TEST(StopTest, AbandoningAfterTheStopMeansNothing) {
  RawUpstream silent([](const RawRequest&, RawConnection& connection) { connection.Stall(); });
  std::stop_source caller;
  std::future<HttpResult> result;
  {
    ClientHarness client;
    result = client.Send(silent.Url(), {.abandoned = caller.get_token()});
    ASSERT_TRUE(silent.WaitForRequests(1, kPatience));
    client.Stop();
    caller.request_stop();
  }
  EXPECT_EQ(AwaitDescription(result), "kAbandoned sent");
}

TEST(StopTest, ClientsComeAndGo) {
  RawUpstream upstream(Always(testing::HttpResponse(200, "{}")));
  for (int i = 0; i < 50; ++i) {
    ClientHarness client;
    EXPECT_EQ(client.Ask(upstream.Url()), "200");
  }
}

}  // namespace
}  // namespace suprsend_gateway::http
