// An upstream whose TLS handshake fails: nothing was sent, and the call says so.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <tuple>
#include <vector>

#include "tests/integration/tls_fault_harness.h"
#include "tests/support/gateway.h"
#include "tests/support/gateway_client.h"
#include "tests/support/tls_upstream.h"

namespace suprsend_gateway::testing {
namespace {

using ::testing::IsEmpty;

// How many calls are in flight, and whether upstream would speak HTTP/2.
class TlsHandshakeFaultTest : public ::testing::TestWithParam<std::tuple<int, bool>> {
 protected:
  int count() const { return std::get<0>(GetParam()); }

  void ExpectUnsent(const std::string& verdict) {
    for (const CallReply& reply : CallAtOnce(client_, Requests(&OpenRequest, "doomed_", count()))) {
      EXPECT_EQ(reply.Verdict(), verdict) << reply;
    }
    EXPECT_GE(upstream_.ConnectionCount(), 1);
    EXPECT_THAT(upstream_.Requests(), IsEmpty());
  }

  // Nor is a call that has ended sent later, when upstream is well again.
  void ExpectWellAgain() {
    upstream_.SetHandshake([](int) { return Handshake::kFinish; });
    upstream_.SetCertificate(TrustedCertificate());
    const CallReply next = client_.Cancel(OpenRequest("next"));
    EXPECT_EQ(next.Verdict(), kOk) << next;
    EXPECT_EQ(gateway_.Stop(), 0);
    EXPECT_THAT(PostsByCall(upstream_.Requests()), ::testing::ElementsAre(std::pair("next", 1)));
  }

  void ExpectUnreachable(Handshake handshake) {
    upstream_.SetHandshake([handshake](int) { return handshake; });
    ExpectUnsent(kUnreachable);
    ExpectWellAgain();
  }

  TlsUpstream upstream_{{.certificate = TrustedCertificate(), .http2 = std::get<1>(GetParam())},
                        &AnswerWithOwnId};
  // A limit that a handshake does not reach by accident, and that a test can wait for.
  Gateway gateway_{upstream_.Url(), {TrustOurs(), "--connect_timeout=2s", "--max_attempts=3"}};
  GatewayClient client_{gateway_.address()};
};

INSTANTIATE_TEST_SUITE_P(Calls, TlsHandshakeFaultTest,
                         ::testing::Combine(::testing::Values(1, 20), ::testing::Bool()),
                         [](const auto& tested) {
                           return std::to_string(std::get<0>(tested.param)) +
                                  (std::get<1>(tested.param) ? "OverHttp2" : "OverHttp11");
                         });

TEST_P(TlsHandshakeFaultTest, Closed) { ExpectUnreachable(Handshake::kClose); }

TEST_P(TlsHandshakeFaultTest, Reset) { ExpectUnreachable(Handshake::kReset); }

TEST_P(TlsHandshakeFaultTest, Hanging) { ExpectUnreachable(Handshake::kHang); }

TEST_P(TlsHandshakeFaultTest, ACertificateThatIsNotTrusted) {
  const CertificateAuthority other;
  upstream_.SetCertificate(other.Issue("server", "IP:127.0.0.1"));
  ExpectUnsent(kUntrusted);
  ExpectWellAgain();
}

}  // namespace
}  // namespace suprsend_gateway::testing
