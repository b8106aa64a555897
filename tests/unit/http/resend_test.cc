#include <gtest/gtest.h>

#include <chrono>
#include <latch>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/raw_upstream.h"
#include "tests/unit/http/client_harness.h"

namespace suprsend_gateway::http {
namespace {

using testing::RawConnection;
using testing::RawRequest;
using testing::RawUpstream;

struct Death {
  const char* name;
  void (RawConnection::*die)();
};

// libcurl by itself repeats a POST on a fresh connection where a reused one dies without a reply,
// though the server has read all of it.
class ResendTest : public ::testing::TestWithParam<Death> {
 protected:
  // Answers every request but those whose body is "doomed".
  RawUpstream::Script Script() {
    return [die = GetParam().die](const RawRequest& request, RawConnection& connection) {
      if (request.body == "doomed") return (connection.*die)();
      connection.Send(testing::HttpResponse(200, "{}"));
    };
  }

  static int CountDoomed(const RawUpstream& upstream) {
    int doomed = 0;
    for (const RawRequest& request : upstream.Requests()) doomed += request.body == "doomed";
    return doomed;
  }

  ClientHarness client_;
};

INSTANTIATE_TEST_SUITE_P(Deaths, ResendTest,
                         ::testing::Values(Death{"Close", &RawConnection::Close},
                                           Death{"Reset", &RawConnection::Reset}),
                         [](const auto& tested) { return std::string(tested.param.name); });

TEST_P(ResendTest, APostIsNotRepeatedWhereAReusedConnectionDies) {
  RawUpstream upstream(Script());
  EXPECT_EQ(client_.Ask(upstream.Url(), {.body = "warm"}), "200");
  EXPECT_EQ(client_.Ask(upstream.Url(), {.body = "doomed"}), "kConnectionLost sent");
  EXPECT_EQ(CountDoomed(upstream), 1);
  EXPECT_EQ(upstream.Requests()[1].number_on_connection, 2) << "the connection was not reused";
  EXPECT_EQ(client_.Ask(upstream.Url(), {.body = "next"}), "200");
  EXPECT_EQ(upstream.RequestCount(), 3u);
}

TEST_P(ResendTest, APostIsNotRepeatedWhereAFreshConnectionDies) {
  RawUpstream upstream(Script());
  EXPECT_EQ(client_.Ask(upstream.Url(), {.body = "doomed"}), "kConnectionLost sent");
  EXPECT_EQ(CountDoomed(upstream), 1);
}

TEST_P(ResendTest, NoneOfManyAtOnceIsRepeated) {
  constexpr int kMany = 20;
  RawUpstream upstream(Script());
  for (const std::string body : {"warm", "doomed"}) {
    std::vector<std::future<HttpResult>> results;
    for (int i = 0; i < kMany; ++i) {
      results.push_back(client_.Send(upstream.Url(), {.body = body}));
    }
    for (auto& result : results) {
      EXPECT_EQ(AwaitDescription(result), body == "warm" ? "200" : "kConnectionLost sent");
    }
  }
  EXPECT_EQ(CountDoomed(upstream), kMany);
}

// From 8.22 on libcurl looks once a second at most whether a connection still lives.
constexpr std::chrono::milliseconds kLooksAgain(1100);

// A connection that ended while it was idle. libcurl sees an orderly end before it sends. It does
// not see a reset (7.88 does not), and then its own retry is stopped as any other.
TEST_P(ResendTest, AConnectionThatDiedIdleCostsNoSecondPost) {
  std::latch dead(1);
  RawUpstream upstream([&](const RawRequest& request, RawConnection& connection) {
    connection.Send(testing::HttpResponse(200, "{}"));
    if (request.connection > 1) return;
    (connection.*GetParam().die)();
    dead.count_down();
  });
  EXPECT_EQ(client_.Ask(upstream.Url()), "200");
  dead.wait();
  std::this_thread::sleep_for(kLooksAgain);
  const std::string got = client_.Ask(upstream.Url());
  if (GetParam().die == &RawConnection::Close || got == "200") {
    EXPECT_EQ(got, "200");
    EXPECT_EQ(upstream.RequestCount(), 2u);
  } else {
    EXPECT_EQ(got, "kConnectionLost sent");
    EXPECT_EQ(upstream.RequestCount(), 1u);
  }
}

}  // namespace
}  // namespace suprsend_gateway::http
