// An upstream that says GOAWAY while streams of the connection are still under way, as each does
// that restarts, scales in, or has served its share of requests on a connection.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/integration/tls_fault_harness.h"
#include "tests/support/gateway.h"
#include "tests/support/gateway_client.h"
#include "tests/support/tls_upstream.h"

namespace suprsend_gateway::testing {
namespace {

using ::testing::Each;
using ::testing::Pair;
using ::testing::SizeIs;

constexpr int kMany = 20;
constexpr int32_t kHighestStream = std::numeric_limits<int32_t>::max();

class TlsGoAwayTest : public ::testing::Test {
 protected:
  // A call that comes after the GOAWAY, while another is still waiting for its answer, goes out on
  // a new connection.
  void ExpectNewCallsGoElsewhere(int32_t (*last_stream)(const TlsExchange&)) {
    auto held = std::make_shared<std::vector<TlsExchange>>();
    upstream_.SetScript([last_stream, held](TlsExchange& exchange) {
      const std::string id = CallId(exchange.request().body);
      if (id == "slow") {
        held->push_back(exchange);
        return;
      }
      if (id == "told") exchange.GoAway(last_stream(exchange));
      AnswerWithOwnId(exchange);
      if (id == "next") AnswerWithOwnId(held->at(0));
    });
    const std::unique_ptr<PendingCall> slow = client_.Start(OpenRequest("slow"));
    ASSERT_TRUE(upstream_.WaitForRequests(1, kPatience));
    // Once this has been answered, the gateway has read the GOAWAY before it.
    EXPECT_EQ(client_.Cancel(OpenRequest("told")).Verdict(), kOk);
    const CallReply next = client_.Cancel(OpenRequest("next"));
    EXPECT_EQ(next.Verdict(), kOk) << next;
    EXPECT_EQ(slow->Wait().Verdict(), kOk);

    const std::vector<TlsRequest> posts = upstream_.Requests();
    EXPECT_THAT(PostsByCall(posts), Each(Pair(::testing::_, 1)));
    ASSERT_THAT(posts, SizeIs(3));
    EXPECT_EQ(posts[1].connection, posts[0].connection);
    EXPECT_NE(posts[2].connection, posts[0].connection);
  }

  TlsUpstream upstream_{{.certificate = TrustedCertificate(), .http2 = true}, &AnswerWithOwnId};
  Gateway gateway_{upstream_.Url(), {TrustOurs(), "--connect_timeout=30s"}};
  GatewayClient client_{gateway_.address()};
};

// The first notice of an end in order, RFC 9113, section 6.8.
TEST_F(TlsGoAwayTest, OfTheHighestStreamSendsNewCallsElsewhere) {
  ExpectNewCallsGoElsewhere([](const TlsExchange&) { return kHighestStream; });
}

TEST_F(TlsGoAwayTest, OfTheNewestStreamSendsNewCallsElsewhere) {
  ExpectNewCallsGoElsewhere([](const TlsExchange& exchange) { return exchange.NewestStream(); });
}

// GOAWAY names the last stream that upstream has taken: those up to it are answered.
TEST_F(TlsGoAwayTest, AmidManyStreams) {
  EXPECT_EQ(client_.Cancel(OpenRequest("warm")).Verdict(), kOk);
  upstream_.ForgetRequests();

  // The warm-up was stream 1, so that the twenty are 3, 5, … 41.
  constexpr int kLastTaken = 21;
  upstream_.SetScript(Gathered(kMany, [](TlsExchange& exchange) {
    if (exchange.request().stream == 3) exchange.GoAway(kLastTaken);
    AnswerWithOwnId(exchange);
  }));
  std::map<std::string, std::string> verdicts;
  const std::vector<CancelRequest> requests = Requests(&OpenRequest, "call_", kMany);
  const std::vector<CallReply> replies = CallAtOnce(client_, requests);
  for (int i = 0; i < kMany; ++i) verdicts[requests[i].recipients[0]] = replies[i].Verdict();

  const std::vector<TlsRequest> posts = upstream_.Requests();
  EXPECT_THAT(posts, SizeIs(kMany));
  for (const TlsRequest& post : posts) {
    EXPECT_EQ(post.connection, 1);
    EXPECT_EQ(verdicts[CallId(post.body)], post.stream <= kLastTaken ? kOk : kLost) << post.stream;
  }
  EXPECT_EQ(client_.Cancel(OpenRequest("next")).Verdict(), kOk);
  EXPECT_THAT(PostsByCall(upstream_.Requests()), Each(Pair(::testing::_, 1)));
}

}  // namespace
}  // namespace suprsend_gateway::testing
