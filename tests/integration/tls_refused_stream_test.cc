// A stream that upstream refuses while another one of the same connection goes on. libcurl would
// send such a request again on a new connection; the call must end at once instead.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>
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

struct Refusal {
  std::string name;
  TlsScript refuse;
};

class TlsRefusedStreamTest : public ::testing::TestWithParam<Refusal> {};

TEST_P(TlsRefusedStreamTest, EndsTheCallWhileAnotherGoesOn) {
  std::vector<TlsExchange> held;
  TlsUpstream upstream({.certificate = TrustedCertificate(), .http2 = true},
                       [&held](TlsExchange& exchange) {
                         const std::string id = CallId(exchange.request().body);
                         if (id == "slow") return held.push_back(exchange);
                         if (id == "doomed") return GetParam().refuse(exchange);
                         AnswerWithOwnId(exchange);
                         if (id == "next") AnswerWithOwnId(held.at(0));
                       });
  Gateway gateway(upstream.Url(), {TrustOurs(), "--connect_timeout=30s"});
  GatewayClient client(gateway.address());
  const std::unique_ptr<PendingCall> slow = client.Start(OpenRequest("slow"));
  ASSERT_TRUE(upstream.WaitForRequests(1, kPatience));

  const auto start = std::chrono::steady_clock::now();
  const CallReply doomed =
      client.Cancel(OpenRequest("doomed"), {.deadline = std::chrono::seconds(5)});
  const auto took = std::chrono::steady_clock::now() - start;
  EXPECT_EQ(doomed.Verdict(), kLost) << doomed;
  EXPECT_LT(took, std::chrono::seconds(4));
  EXPECT_EQ(client.Cancel(OpenRequest("next")).Verdict(), kOk);
  EXPECT_EQ(slow->Wait().Verdict(), kOk);

  const std::vector<TlsRequest> posts = upstream.Requests();
  EXPECT_THAT(PostsByCall(posts), SizeIs(3));
  EXPECT_THAT(PostsByCall(posts), Each(Pair(::testing::_, 1)));
  EXPECT_EQ(posts.at(1).connection, posts.at(0).connection) << "it was not the case that is meant";
}

void HalfABody(TlsExchange& exchange) { exchange.AnswerHalf(200, R"({"execution_ids":["a"]})"); }

INSTANTIATE_TEST_SUITE_P(
    Refusals, TlsRefusedStreamTest,
    ::testing::Values(
        Refusal{"RstStreamRefusedStream", [](TlsExchange& e) { e.ResetStream(0x7); }},
        Refusal{"RstStreamHttp11Required", [](TlsExchange& e) { e.ResetStream(0xd); }},
        Refusal{"RstStreamCancel", [](TlsExchange& e) { e.ResetStream(0x8); }},
        Refusal{"HalfABodyThenRstStreamRefusedStream",
                [](TlsExchange& e) {
                  HalfABody(e);
                  e.ResetStream(0x7);
                }},
        Refusal{"HalfABodyThenRstStreamHttp11Required",
                [](TlsExchange& e) {
                  HalfABody(e);
                  e.ResetStream(0xd);
                }},
        Refusal{"GoAwayBelow", [](TlsExchange& e) { e.GoAway(e.request().stream - 2); }}),
    [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace suprsend_gateway::testing
