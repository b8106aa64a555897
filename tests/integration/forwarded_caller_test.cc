// Behind a sidecar that has ended TLS, callers are known by x-forwarded-client-cert.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/integration/caller_harness.h"

namespace suprsend_gateway::testing {
namespace {

using ::testing::HasSubstr;

const CancelRequest kPinned{.execution_id = "dsl_1"};
constexpr char kHeader[] = "x-forwarded-client-cert";
constexpr char kUnauthenticated[] = "UNAUTHENTICATED/CALLER_UNAUTHENTICATED/NOT_APPLIED";

class ForwardedCallerTest : public CallerTest {
 protected:
  std::vector<std::string> ForwardedFlags() const {
    return {"--trust_forwarded_client_cert",
            "--caller_policy_file=" + files_.Write("policy.json", PolicyFor({kBilling}, "{}"))};
  }
};

TEST_F(ForwardedCallerTest, TheNameInTheLastElementCounts) {
  const Gateway gateway(upstream_.Url(), ForwardedFlags());
  GatewayClient client(gateway.address());
  const std::string billing = std::string("By=spiffe://us;Hash=ab;URI=") + kBilling;
  const CallReply reply = client.Cancel(kPinned, {.metadata = {{kHeader, billing}}});
  EXPECT_TRUE(reply.ok()) << reply;
  EXPECT_TRUE(client.Cancel(kPinned, {.metadata = {{kHeader, "URI=spiffe://x," + billing}}}).ok());
  EXPECT_EQ(upstream_.RequestCount(), 2U);
  const CallReply forged =
      client.Cancel(kPinned, {.metadata = {{kHeader, billing + ",URI=spiffe://attacker"}}});
  EXPECT_EQ(forged.Verdict(), "PERMISSION_DENIED/CALLER_NOT_ALLOWED/NOT_APPLIED")
      << "what stands before the last was written by the attacker";
  EXPECT_EQ(upstream_.RequestCount(), 2U);
}

TEST_F(ForwardedCallerTest, WithoutAGoodHeaderNobodyIsKnown) {
  const Gateway gateway(upstream_.Url(), ForwardedFlags());
  GatewayClient client(gateway.address());
  EXPECT_EQ(client.Cancel(kPinned).Verdict(), kUnauthenticated);
  for (const char* bad : {"", "Hash=ab", "URI", "URI=\"spiffe://open"}) {
    EXPECT_EQ(client.Cancel(kPinned, {.metadata = {{kHeader, bad}}}).Verdict(), kUnauthenticated)
        << bad;
  }
  EXPECT_EQ(upstream_.RequestCount(), 0U);
}

// Under TLS of our own the certificate says who calls, whatever a header says.
TEST_F(ForwardedCallerTest, AHeaderIsNotLookedAtUnlessItIsTrusted) {
  const Gateway gateway(upstream_.Url(), PolicyFlags(PolicyFor({kBilling}, "{}")));
  const ClientTls orders = Client("orders", std::string("URI:") + kOrders);
  const CallReply forged =
      GatewayClient(gateway.address(), orders)
          .Cancel(kPinned, {.metadata = {{kHeader, std::string("URI=") + kBilling}}});
  EXPECT_EQ(forged.Verdict(), "PERMISSION_DENIED/CALLER_NOT_ALLOWED/NOT_APPLIED");
  EXPECT_EQ(upstream_.RequestCount(), 0U);
}

}  // namespace
}  // namespace suprsend_gateway::testing
