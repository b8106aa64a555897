// An upstream behind TLS that reads a whole POST on a connection that was used before, and then
// does the worst: the caller hears the row of the status table, and one call is one POST.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/integration/tls_fault_harness.h"
#include "tests/integration/tls_faults.h"
#include "tests/support/gateway.h"
#include "tests/support/gateway_client.h"
#include "tests/support/tls_upstream.h"

namespace suprsend_gateway::testing {
namespace {

using ::testing::Each;
using ::testing::Pair;
using ::testing::SizeIs;
using ::testing::StartsWith;

// How often a pinned call is sent where each attempt is lost after sending; an open call is sent
// once, whatever the retry policy.
constexpr int kPostsOfAPinnedCall = 3;
constexpr int kMany = 20;
// What ends a call on a silent upstream. The gateway's limit, since under load a caller's own
// deadline may come before the gateway's words.
constexpr char kSilenceLimit[] = "--max_deadline=2s";

using MakeRequest = CancelRequest (*)(const std::string&);

class TlsFaultTest : public ::testing::TestWithParam<TlsFault> {
 protected:
  // `count` calls at once, on connections that were used before, meet the fault; each is `posts`
  // POSTs, and the next call succeeds.
  void ExpectRow(MakeRequest make, int count, int posts) {
    std::set<int> warm = WarmUp(count);
    // From 8.22 on libcurl keeps for a second what upstream has closed. Each of these, found dead,
    // costs a fresh connection, until a call comes on the one that the last has used.
    for (int i = 0; count == 1 && i < kMany; ++i) {
      const std::set<int> before = std::exchange(warm, WarmUp(count));
      if (warm == before) break;
    }
    upstream_.ForgetRequests();
    upstream_.SetScript(Gathered(count, GetParam().act));
    for (const CallReply& reply : CallAtOnce(client_, Requests(make, "doomed_", count))) {
      if (count == 1 || reply.Verdict() != GetParam().or_verdict) {
        EXPECT_EQ(reply.Verdict(), GetParam().verdict) << reply;
      }
      if (!reply.ok()) {
        EXPECT_EQ(reply.Metadata("attempts"), std::to_string(posts));
      }
    }
    ExpectReused(count, warm);
    upstream_.SetScript(&AnswerWithOwnId);
    if (GetParam().spoils_connection) {
      const CallReply spoilt = client_.Cancel(OpenRequest("doomed_too"));
      // Its answer may be taken for the rest of what upstream left unsaid.
      EXPECT_THAT(spoilt.Verdict(), ::testing::AnyOf(kOk, kLost, kTimeout)) << spoilt;
      ++count;
    }
    const CallReply next = client_.Cancel(OpenRequest("next"));
    EXPECT_EQ(next.Verdict(), kOk) << next;
    ExpectPosts(count, posts);
  }

  // Makes `count` calls at once that all succeed; the connections that they used.
  std::set<int> WarmUp(int count) {
    upstream_.ForgetRequests();
    upstream_.SetScript(Gathered(count, &AnswerWithOwnId));
    for (const CallReply& reply : CallAtOnce(client_, Requests(&OpenRequest, "warm_", count))) {
      EXPECT_EQ(reply.Verdict(), kOk) << reply;
    }
    std::set<int> connections;
    for (const TlsRequest& request : upstream_.Requests()) connections.insert(request.connection);
    EXPECT_THAT(connections, SizeIs(GetParam().http2 ? 1 : count));
    return connections;
  }

  // The first POST of each doomed call came on a connection that had carried another.
  void ExpectReused(int count, const std::set<int>& warm) const {
    const std::vector<TlsRequest> requests = upstream_.Requests();
    ASSERT_GE(requests.size(), static_cast<size_t>(count));
    int reused = 0;
    for (int i = 0; i < count; ++i) {
      reused += warm.contains(requests[i].connection) ? 1 : 0;
      EXPECT_EQ(requests[i].stream != 0, GetParam().http2);
    }
    EXPECT_EQ(reused, count);
  }

  void ExpectPosts(int count, int posts) const {
    std::map<std::string, int> by_call = PostsByCall(upstream_.Requests());
    EXPECT_EQ(by_call["next"], 1);
    by_call.erase("next");
    EXPECT_THAT(by_call, SizeIs(count));
    EXPECT_THAT(by_call, Each(Pair(StartsWith("doomed_"), posts)));
  }

  static std::vector<std::string> Flags() {
    std::vector<std::string> flags = {TrustOurs(), "--max_attempts=3"};
    if (GetParam().silent) flags.emplace_back(kSilenceLimit);
    return flags;
  }

  TlsUpstream upstream_{{.certificate = TrustedCertificate(), .http2 = GetParam().http2},
                        &AnswerWithOwnId};
  Gateway gateway_{upstream_.Url(), Flags()};
  GatewayClient client_{gateway_.address()};
};

TEST_P(TlsFaultTest, GivesItsRowAndOnePostACall) {
  {
    SCOPED_TRACE("one open call");
    ExpectRow(&OpenRequest, 1, 1);
  }
  {
    SCOPED_TRACE("twenty open calls at once");
    ExpectRow(&OpenRequest, kMany, 1);
  }
  // On a silent upstream it is the deadline that ends a call, pinned or open.
  if (GetParam().silent) return;
  SCOPED_TRACE("one pinned call");
  ExpectRow(&PinnedRequest, 1, GetParam().verdict == kLost ? kPostsOfAPinnedCall : 1);
}

std::string NameOf(const ::testing::TestParamInfo<TlsFault>& info) { return info.param.name; }

INSTANTIATE_TEST_SUITE_P(Http11, TlsFaultTest, ::testing::ValuesIn(Http11Faults()), NameOf);
INSTANTIATE_TEST_SUITE_P(Http2, TlsFaultTest, ::testing::ValuesIn(Http2Faults()), NameOf);

struct IdleDeath {
  std::string name;
  TlsScript die;
  bool http2;
};

void GoAwayAndClose(TlsExchange& exchange) {
  exchange.GoAway(exchange.NewestStream());
  exchange.Close();
}

// A connection that dies after an answer: the next call goes out on another, or it was sent into
// the void, and then it is not sent again.
class TlsIdleDeathTest : public ::testing::TestWithParam<IdleDeath> {};

TEST_P(TlsIdleDeathTest, TheNextCallIsSentAtMostOnce) {
  TlsUpstream upstream({.certificate = TrustedCertificate(), .http2 = GetParam().http2},
                       [](TlsExchange& exchange) {
                         AnswerWithOwnId(exchange);
                         GetParam().die(exchange);
                       });
  Gateway gateway(upstream.Url(), {TrustOurs()});
  GatewayClient client(gateway.address());
  constexpr int kCalls = 50;
  int lost = 0;
  for (const CancelRequest& request : Requests(&OpenRequest, "call_", kCalls)) {
    const CallReply reply = client.Cancel(request);
    const int posts = PostsByCall(upstream.Requests())[request.recipients[0]];
    EXPECT_THAT(reply.Verdict(), ::testing::AnyOf(kOk, kLost)) << reply;
    if (reply.ok()) {
      EXPECT_EQ(posts, 1);
    }
    EXPECT_LE(posts, 1);
    lost += reply.ok() ? 0 : 1;
  }
  std::printf("%d of %d calls were lost\n", lost, kCalls);
}

INSTANTIATE_TEST_SUITE_P(Deaths, TlsIdleDeathTest,
                         ::testing::Values(IdleDeath{"Http11Close", &TlsExchange::Close, false},
                                           IdleDeath{"Http11Cut", &TlsExchange::Cut, false},
                                           IdleDeath{"Http11Reset", &TlsExchange::Reset, false},
                                           IdleDeath{"Http2Close", &TlsExchange::Close, true},
                                           IdleDeath{"Http2Cut", &TlsExchange::Cut, true},
                                           IdleDeath{"Http2Reset", &TlsExchange::Reset, true},
                                           IdleDeath{"Http2GoAwayAndClose", &GoAwayAndClose, true}),
                         [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace suprsend_gateway::testing
