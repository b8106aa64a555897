// An upstream behind TLS that reads a whole POST on a connection that was used before, and then
// does the worst: the caller hears the row of the status table, and one call is one POST.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include "tests/integration/tls_fault_harness.h"
#include "tests/support/gateway.h"
#include "tests/support/gateway_client.h"
#include "tests/support/tls_upstream.h"

namespace suprsend_gateway::testing {
namespace {

using std::chrono::milliseconds;
using ::testing::Each;
using ::testing::Pair;
using ::testing::SizeIs;

// How often a pinned call is sent where each attempt is lost after sending; an open call is sent
// once, whatever the retry policy.
constexpr int kPostsOfAPinnedCall = 1;
// When an upstream is silent, the caller's deadline ends the call.
constexpr milliseconds kSilenceDeadline{700};
constexpr int32_t kHighestStream = std::numeric_limits<int32_t>::max();
constexpr char kRuns[] = R"({"execution_ids":["dsl_1","dsl_2"]})";

struct Fault {
  std::string name;
  // What happens with each POST, once those of all calls at a time were read.
  TlsScript act;
  std::string verdict = kLost;
  bool http2 = false;
};

void Then(std::vector<Fault>& faults, const std::string& name, const TlsScript& act, bool http2,
          const std::string& verdict_in_silence = kTimeout) {
  faults.push_back({name + "ThenClose",
                    [act](TlsExchange& e) {
                      act(e);
                      e.Close();
                    },
                    kLost, http2});
  faults.push_back({name + "ThenReset",
                    [act](TlsExchange& e) {
                      act(e);
                      e.Reset();
                    },
                    kLost, http2});
  faults.push_back({name + "ThenSilence", act, verdict_in_silence, http2});
}

// Those that both protocols know.
std::vector<Fault> CommonFaults(bool http2) {
  std::vector<Fault> faults;
  Then(
      faults, "Nothing", [](TlsExchange&) {}, http2);
  faults.push_back({"CutWithoutCloseNotify", &TlsExchange::Cut, kLost, http2});
  // A second half frame beside the first would be a fault of its own.
  Then(
      faults, "HalfAHead",
      [](TlsExchange& e) {
        if (e.request().stream == e.NewestStream()) e.AnswerHalfHead();
      },
      http2);
  Then(
      faults, "HalfABody", [](TlsExchange& e) { e.AnswerHalf(200, kRuns); }, http2);
  faults.push_back({"HalfABodyThenCut",
                    [](TlsExchange& e) {
                      e.AnswerHalf(200, kRuns);
                      e.Cut();
                    },
                    kLost, http2});
  return faults;
}

std::vector<Fault> Http11Faults() {
  std::vector<Fault> faults = CommonFaults(/*http2=*/false);
  Then(
      faults, "HalfAStatusLine", [](TlsExchange& e) { e.SendRaw("HTTP/1.1 20"); }, false);
  return faults;
}

std::vector<Fault> Http2Faults() {
  constexpr const char* kErrorCodes[] = {"NoError",
                                         "ProtocolError",
                                         "InternalError",
                                         "FlowControlError",
                                         "SettingsTimeout",
                                         "StreamClosed",
                                         "FrameSizeError",
                                         "RefusedStream",
                                         "Cancel",
                                         "CompressionError",
                                         "ConnectError",
                                         "EnhanceYourCalm",
                                         "InadequateSecurity",
                                         "Http11Required"};
  std::vector<Fault> faults = CommonFaults(/*http2=*/true);
  for (uint32_t code = 0; code < std::size(kErrorCodes); ++code) {
    faults.push_back({std::string("RstStream") + kErrorCodes[code],
                      [code](TlsExchange& e) { e.ResetStream(code); }, kLost, true});
    faults.push_back({std::string("HalfABodyThenRstStream") + kErrorCodes[code],
                      [code](TlsExchange& e) {
                        e.AnswerHalf(200, kRuns);
                        e.ResetStream(code);
                      },
                      kLost, true});
  }
  const auto below = [](TlsExchange& e) { e.GoAway(e.request().stream - 2); };
  const auto equal = [](TlsExchange& e) { e.GoAway(e.NewestStream()); };
  const auto above = [](TlsExchange& e) { e.GoAway(kHighestStream); };
  Then(faults, "GoAwayBelow", below, true, kLost);
  Then(faults, "GoAwayEqual", equal, true);
  Then(faults, "GoAwayAbove", above, true);
  faults.push_back({"GoAwayEqualThenAnswer",
                    [equal](TlsExchange& e) {
                      equal(e);
                      AnswerWithOwnId(e);
                    },
                    kOk, true});
  faults.push_back({"GoAwayAboveThenAnswer",
                    [above](TlsExchange& e) {
                      above(e);
                      AnswerWithOwnId(e);
                    },
                    kOk, true});
  return faults;
}

class TlsFaultTest : public ::testing::TestWithParam<Fault> {
 protected:
  using MakeRequest = CancelRequest (*)(const std::string&);

  static std::vector<CancelRequest> Requests(MakeRequest make, const std::string& name, int count) {
    std::vector<CancelRequest> requests;
    for (int i = 0; i < count; ++i) requests.push_back(make(name + std::to_string(i)));
    return requests;
  }

  // Makes `count` calls at once that all succeed; the connections that they used.
  std::set<int> WarmUp(int count) {
    upstream_.ForgetRequests();
    upstream_.SetScript(Gathered(count, &AnswerWithOwnId));
    for (const CallReply& reply : CallAtOnce(client_, Requests(&OpenRequest, "warm_", count))) {
      EXPECT_EQ(reply.Verdict(), kOk) << reply;
    }
    return ConnectionsUsed();
  }

  std::set<int> ConnectionsUsed() const {
    std::set<int> connections;
    for (const TlsRequest& request : upstream_.Requests()) connections.insert(request.connection);
    return connections;
  }

  // `count` calls at once, on connections that were used before, meet the fault, and each is
  // `posts` POSTs.
  void ExpectRow(MakeRequest make, int count, int posts) {
    const std::set<int> warm = WarmUp(count);
    upstream_.ForgetRequests();
    upstream_.SetScript(Gathered(count, GetParam().act));
    CallOptions options;
    if (GetParam().verdict == kTimeout) options.deadline = kSilenceDeadline;
    for (const CallReply& reply : CallAtOnce(client_, Requests(make, "doomed_", count), options)) {
      EXPECT_EQ(reply.Verdict(), GetParam().verdict) << reply;
      if (!reply.ok()) {
        EXPECT_EQ(reply.Metadata("attempts"), std::to_string(posts));
      }
    }
    ExpectReused(count, warm);
    upstream_.SetScript(&AnswerWithOwnId);
    const CallReply next = client_.Cancel(OpenRequest("next"));
    EXPECT_EQ(next.Verdict(), kOk) << next;
    ExpectPosts(count, posts);
  }

  // The first POST of each doomed call came on a connection that had carried another.
  void ExpectReused(int count, const std::set<int>& warm) const {
    const std::vector<TlsRequest> requests = upstream_.Requests();
    ASSERT_GE(requests.size(), static_cast<size_t>(count));
    for (int i = 0; i < count; ++i) {
      EXPECT_TRUE(warm.contains(requests[i].connection));
      EXPECT_GT(requests[i].number_on_connection, 1);
      EXPECT_EQ(requests[i].stream != 0, GetParam().http2);
    }
    if (GetParam().http2) {
      EXPECT_THAT(warm, SizeIs(1));
    }
  }

  void ExpectPosts(int count, int posts) const {
    std::map<std::string, int> by_call = PostsByCall(upstream_.Requests());
    EXPECT_EQ(by_call.extract("next").mapped(), 1);
    EXPECT_THAT(by_call, SizeIs(count));
    EXPECT_THAT(by_call, Each(Pair(::testing::StartsWith("doomed_"), posts)));
  }

  TlsUpstream upstream_{{.certificate = TrustedCertificate(), .http2 = GetParam().http2},
                        &AnswerWithOwnId};
  Gateway gateway_{upstream_.Url(), {TrustOurs()}};
  GatewayClient client_{gateway_.address()};
};

TEST_P(TlsFaultTest, OneOpenCall) { ExpectRow(&OpenRequest, 1, 1); }

TEST_P(TlsFaultTest, TwentyOpenCallsAtOnce) { ExpectRow(&OpenRequest, 20, 1); }

TEST_P(TlsFaultTest, OnePinnedCall) {
  ExpectRow(&PinnedRequest, 1, GetParam().verdict == kLost ? kPostsOfAPinnedCall : 1);
}

std::string NameOf(const ::testing::TestParamInfo<Fault>& info) { return info.param.name; }

INSTANTIATE_TEST_SUITE_P(Http11, TlsFaultTest, ::testing::ValuesIn(Http11Faults()), NameOf);
INSTANTIATE_TEST_SUITE_P(Http2, TlsFaultTest, ::testing::ValuesIn(Http2Faults()), NameOf);

}  // namespace
}  // namespace suprsend_gateway::testing
