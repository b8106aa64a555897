// Thousands of open calls against an upstream behind TLS that fails at random: none is sent twice,
// each ends once, and what it hears is true to what upstream knows.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "tests/integration/tls_fate.h"
#include "tests/integration/tls_fault_harness.h"
#include "tests/support/gateway.h"
#include "tests/support/gateway_client.h"
#include "tests/support/metrics_text.h"
#include "tests/support/sanitizer.h"
#include "tests/support/tls_upstream.h"

namespace suprsend_gateway::testing {
namespace {

using ::testing::Each;
using ::testing::Pair;

constexpr size_t kCalls = kAddressSanitizer ? 2'000 : 10'000;
constexpr size_t kInFlight = 128;
constexpr uint32_t kSeed = 20'240'607;
// What ends a call that is left in silence, and none of the others.
constexpr char kSilenceLimit[] = "--max_deadline=3s";

std::string IdOf(size_t call) { return "call_" + std::to_string(call); }

class TlsRandomFaultTest : public ::testing::TestWithParam<bool> {
 protected:
  // Makes all calls, kInFlight at a time.
  std::vector<CallReply> CallAll() {
    std::vector<CallReply> replies(kCalls);
    std::atomic<size_t> next{0};
    std::vector<std::thread> callers;
    for (size_t i = 0; i < kInFlight; ++i) {
      callers.emplace_back([&] {
        for (size_t call; (call = next++) < kCalls;) {
          replies[call] = client_.Cancel(OpenRequest(IdOf(call)));
        }
      });
    }
    for (std::thread& caller : callers) caller.join();
    return replies;
  }

  // One reply, held against the call's fate and the number of its POSTs.
  void ExpectTrue(const std::string& id, const CallReply& reply, int posts) const {
    const TlsFate fate = fates_.OfCall(id);
    SCOPED_TRACE(id + ", " + fate.name);
    const std::string verdict = reply.Verdict();
    // What other calls' fates have done to the connection may reach this one, so that it is lost,
    // late or not sent; its outcome must be true all the same. A 404 whose body is cut is not known
    // to be SuprSend's.
    const std::string cut = fate.verdict == kNotFound ? kMisconfigured : fate.verdict;
    EXPECT_TRUE(reply.ok() || !reply.reason.empty()) << reply;
    EXPECT_LE(posts, 1) << "sent again after " << reply;
    if (reply.ok()) {
      EXPECT_EQ(posts, 1);
      EXPECT_THAT(reply.execution_ids, ::testing::ElementsAre(id)) << "another call's reply";
    } else if (reply.Metadata("outcome") == "NOT_APPLIED") {
      // Upstream has said so, or has never seen it.
      EXPECT_EQ(posts, verdict == fate.verdict || verdict == cut ? 1 : 0) << reply;
    }
  }

  // The gateway too has counted each call once, and holds none.
  void ExpectAllEnded() const {
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    std::string metrics;
    do {
      metrics = gateway_.Metrics();
    } while (SampleSum(metrics, "suprsend_gateway_calls_total") < kCalls &&
             std::chrono::steady_clock::now() < deadline);
    EXPECT_EQ(SampleSum(metrics, "suprsend_gateway_calls_total"), kCalls);
    EXPECT_EQ(Sample(metrics, "suprsend_gateway_in_flight"), 0);
  }

  const TlsFates fates_{kSeed, /*http2=*/GetParam()};
  TlsUpstream upstream_{{.certificate = TrustedCertificate(), .http2 = GetParam()},
                        [this](TlsExchange& exchange) {
                          fates_.OfCall(CallId(exchange.request().body)).act(exchange);
                        }};
  Gateway gateway_{upstream_.Url(), {TrustOurs(), kSilenceLimit, "--max_attempts=3"}};
  GatewayClient client_{gateway_.address()};
};

TEST_P(TlsRandomFaultTest, EveryOutcomeIsTrueAndNothingIsSentTwice) {
  std::printf("seed %u\n", kSeed);
  upstream_.SetHandshake([this](int connection) { return fates_.OfConnection(connection); });
  const std::vector<CallReply> replies = CallAll();
  ExpectAllEnded();
  EXPECT_EQ(gateway_.Stop(), 0);  // What it may have sent is on its way.

  std::map<std::string, int> posts = PostsByCall(upstream_.Requests());
  EXPECT_THAT(posts, Each(Pair(::testing::StartsWith("call_"), 1)));
  std::map<std::string, int> verdicts;
  for (size_t call = 0; call < kCalls; ++call) {
    const std::string id = IdOf(call);
    const int count = posts[id];
    ExpectTrue(id, replies[call], count);
    ++verdicts[replies[call].Verdict() + (count == 0 ? " unseen" : "")];
  }
  std::printf("%d connections\n", upstream_.ConnectionCount());
  for (const auto& [verdict, count] : verdicts) std::printf("%6d %s\n", count, verdict.c_str());
  // It was no trial of failures alone, nor one without them.
  EXPECT_GT(verdicts[kOk], static_cast<int>(kCalls / 4));
  EXPECT_GT(verdicts[kLost], 0);
  EXPECT_GT(verdicts[kTimeout], 0);
}

INSTANTIATE_TEST_SUITE_P(Protocols, TlsRandomFaultTest, ::testing::Bool(), [](const auto& tested) {
  return std::string(tested.param ? "Http2" : "Http11");
});

}  // namespace
}  // namespace suprsend_gateway::testing
