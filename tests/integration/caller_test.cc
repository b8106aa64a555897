// Who may call, by certificate and policy: each that may not is told so, and nothing reaches
// upstream.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tests/integration/caller_harness.h"
#include "tests/support/http_call.h"
#include "tests/support/metrics_text.h"

namespace suprsend_gateway::testing {
namespace {

using std::chrono::seconds;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Matcher;
using ::testing::Not;

const CancelRequest kPinned{.execution_id = "dsl_1"};
constexpr char kUnauthenticated[] = "UNAUTHENTICATED/CALLER_UNAUTHENTICATED/NOT_APPLIED";
constexpr char kNotAllowed[] = "PERMISSION_DENIED/CALLER_NOT_ALLOWED/NOT_APPLIED";

TEST_F(CallerTest, ACallerOfThePolicyIsServedAndNamedInTheLog) {
  const Gateway gateway(upstream_.Url(), PolicyFlags(PolicyFor({kBilling}, "{}")));
  EXPECT_THAT(gateway.ready_line(), HasSubstr(" with TLS"));
  const CallReply reply = GatewayClient(gateway.address(), billing()).Cancel(kPinned);
  EXPECT_TRUE(reply.ok()) << reply;
  const auto record = gateway.WaitForRecord(reply.Trailer("x-request-id"));
  ASSERT_TRUE(record);
  EXPECT_THAT(record->line, HasSubstr(std::string("\"caller\":\"") + kBilling + "\""));
}

// Who resumes a session shows no certificate, and so would get in with one that has expired since.
TEST_F(CallerTest, ATlsSessionCanBeResumedForSecondsOnly) {
  const Gateway gateway(upstream_.Url(), PolicyFlags(PolicyFor({kBilling}, "{}")));
  const std::string session = files_.Path("session");
  const auto connect = [&](const std::string& option) {
    // Stays until it has been given its ticket, or for a moment where it had one.
    return RunCommand({"sh", "-c",
                       "(sleep 0.5; until [ -s " + session +
                           " ]; do sleep 0.1; done) | openssl s_client -connect " +
                           gateway.address() + " -alpn h2 -cert " + billing().certificate +
                           " -key " + billing().key + " -CAfile " + billing().ca_file + " " +
                           option + session + " 2>&1 || true"});
  };
  EXPECT_THAT(connect("-sess_out "), HasSubstr("New, TLSv1.3"));
  EXPECT_THAT(connect("-sess_in "), HasSubstr("Reused, TLSv1.3"));
  std::this_thread::sleep_for(seconds(11));
  EXPECT_THAT(connect("-sess_in "), HasSubstr("New, TLSv1.3"));
}

TEST_F(CallerTest, ADnsNameIsEnough) {
  const Gateway gateway(upstream_.Url(), PolicyFlags(PolicyFor({"billing.internal"}, "{}")));
  const ClientTls client = Client("dns", "DNS:billing.internal");
  EXPECT_TRUE(GatewayClient(gateway.address(), client).Cancel(kPinned).ok());
}

TEST_F(CallerTest, TheHandshakeRefusesWhomNobodyVouchesFor) {
  const Gateway gateway(upstream_.Url(), PolicyFlags(PolicyFor({kBilling}, "{}")));
  const CertificateAuthority other;
  const std::string name = std::string("URI:") + kBilling;
  const CertificateFiles wrong = other.Issue("wrong", name);
  const CertificateFiles expired = authority_.IssueExpired("expired", name);
  const std::pair<const char*, ClientTls> clients[] = {
      {"without a certificate", {.ca_file = authority_.ca_file(), .certificate = "", .key = ""}},
      {"wrong authority",
       {.ca_file = authority_.ca_file(), .certificate = wrong.certificate, .key = wrong.key}},
      {"expired",
       {.ca_file = authority_.ca_file(), .certificate = expired.certificate, .key = expired.key}},
  };
  for (const auto& [what, client] : clients) {
    const CallReply reply = GatewayClient(gateway.address(), client).Cancel(kPinned);
    EXPECT_EQ(reply.Verdict(), "UNAVAILABLE//") << what << ": made by the client's own library";
  }
  EXPECT_EQ(GatewayClient(gateway.address()).Cancel(kPinned).Verdict(), "UNAVAILABLE//")
      << "plaintext";
  EXPECT_EQ(upstream_.RequestCount(), 0U);
  EXPECT_EQ(SampleSum(gateway.Metrics(), "suprsend_gateway_calls_total"), 0)
      << "none has reached the service";
  EXPECT_TRUE(GatewayClient(gateway.address(), billing()).Cancel(kPinned).ok());
}

TEST_F(CallerTest, WhoHasNoNameOrSeveralIsUnknown) {
  const Gateway gateway(upstream_.Url(),
                        PolicyFlags(PolicyFor({kBilling, kOrders, "a", "b"}, "{}")));
  // Of several that are known the first is logged, so that it can be found.
  struct Case {
    std::string names;
    const char* because;
    Matcher<std::string> log_line;
  };
  const Case cases[] = {
      {"", "neither a URI nor a DNS name", Not(HasSubstr("\"caller\""))},
      {"IP:127.0.0.1", "neither a URI nor a DNS name", Not(HasSubstr("\"caller\""))},
      {std::string("URI:") + kOrders + ",URI:" + kBilling, "several names",
       HasSubstr(std::string("\"caller\":\"") + kOrders + "\"")},
      {"DNS:x,DNS:b,DNS:a", "several names", HasSubstr("\"caller\":\"b\"")},
  };
  for (const auto& [names, because, log_line] : cases) {
    const CallReply reply = GatewayClient(gateway.address(), Client("odd", names)).Cancel(kPinned);
    EXPECT_EQ(reply.Verdict(), kUnauthenticated) << names;
    EXPECT_THAT(reply.message, AllOf(HasSubstr(because), Not(HasSubstr(kOrders)))) << names;
    const auto record = gateway.WaitForRecord(reply.request_id);
    ASSERT_TRUE(record);
    EXPECT_THAT(record->line, log_line);
  }
  EXPECT_EQ(upstream_.RequestCount(), 0U);
}

TEST_F(CallerTest, AUriGoesBeforeADnsName) {
  const Gateway gateway(upstream_.Url(), PolicyFlags(PolicyFor({"billing.internal"}, "{}")));
  const ClientTls client = Client("both", std::string("DNS:billing.internal,URI:") + kBilling);
  EXPECT_EQ(GatewayClient(gateway.address(), client).Cancel(kPinned).Verdict(), kNotAllowed);
}

TEST_F(CallerTest, WhoIsNotInThePolicyIsRefusedBeforeItsRequestIsRead) {
  const Gateway gateway(upstream_.Url(), PolicyFlags(PolicyFor({kOrders}, "{}")));
  GatewayClient client(gateway.address(), billing());
  for (const CallReply& reply : {client.Cancel(kPinned), client.CancelRaw("\xff\xff")}) {
    EXPECT_EQ(reply.Verdict(), kNotAllowed);
    EXPECT_THAT(reply.violations, IsEmpty());
    EXPECT_EQ(reply.Metadata("attempts"), "0");
  }
  EXPECT_EQ(upstream_.RequestCount(), 0U);
}

struct RuleCase {
  const char* rules;
  CancelRequest refused;
  CancelRequest allowed;
  const char* rule;  // That the message names.
};

TEST_F(CallerTest, EachRuleRefusesWhatItForbidsAndNothingElse) {
  const RuleCase cases[] = {
      {R"({"workflow_slugs": ["invoice"]})",
       {.execution_id = "d", .workflow_slug = "other"},
       {.execution_id = "d", .workflow_slug = "invoice"},
       "workflow_slugs"},
      {R"({"must_name_slug": true})",
       kPinned,
       {.execution_id = "d", .workflow_slug = "any"},
       "must_name_slug"},
      {R"({})",
       {.recipients = {"ann"}},
       {.recipients = {"ann"}, .idempotency_key = "k"},
       "allow_open_calls"},
      {R"({"allow_open_calls": true})",
       {.workflow_slug = "any"},
       {.recipients = {"ann"}, .workflow_slug = "any"},
       "allow_slug_alone"},
      {R"({"max_recipients": 2})",
       {.execution_id = "d", .recipients = {"a", "b", "c"}},
       {.execution_id = "d", .recipients = {"a", "b"}},
       "max_recipients"},
  };
  for (const RuleCase& tested : cases) {
    const Gateway gateway(upstream_.Url(), PolicyFlags(PolicyFor({kBilling}, tested.rules)));
    GatewayClient client(gateway.address(), billing());
    const size_t before = upstream_.RequestCount();
    CancelRequest only_checked = tested.refused;
    only_checked.validate_only = true;
    for (const CancelRequest& request : {tested.refused, only_checked}) {
      const CallReply refused = client.Cancel(request);
      EXPECT_EQ(refused.Verdict(), kNotAllowed) << tested.rules;
      EXPECT_THAT(refused.message, AllOf(HasSubstr(tested.rule), Not(HasSubstr("ann"))));
    }
    EXPECT_EQ(upstream_.RequestCount(), before) << tested.rules;
    EXPECT_TRUE(client.Cancel(tested.allowed).ok()) << tested.rules;
  }
}

TEST_F(CallerTest, ABrokenRequestIsToldBeforeThePolicyIsAsked) {
  const Gateway gateway(upstream_.Url(),
                        PolicyFlags(PolicyFor({kBilling}, R"({"must_name_slug": true})")));
  EXPECT_EQ(GatewayClient(gateway.address(), billing()).Cancel({.execution_id = " "}).Verdict(),
            "INVALID_ARGUMENT/INVALID_FILTER/NOT_APPLIED");
}

TEST_F(CallerTest, WhoIsOverItsQuotaIsToldWhenToComeAgainAndOthersAreServed) {
  const Gateway gateway(
      upstream_.Url(),
      PolicyFlags(PolicyFor({kBilling, kOrders}, R"({"calls_per_second": 0.01, "burst": 2})")));
  GatewayClient client(gateway.address(), billing());
  EXPECT_TRUE(client.Cancel(kPinned).ok());
  EXPECT_TRUE(client.Cancel(kPinned).ok());
  const CallReply over = client.Cancel(kPinned);
  EXPECT_EQ(over.Verdict(), "RESOURCE_EXHAUSTED/CALLER_QUOTA_EXCEEDED/NOT_APPLIED");
  ASSERT_TRUE(over.retry_delay);
  EXPECT_GT(*over.retry_delay, std::chrono::seconds(60));
  EXPECT_LE(*over.retry_delay, std::chrono::seconds(100));
  EXPECT_EQ(upstream_.RequestCount(), 2U);
  const ClientTls orders = Client("orders", std::string("URI:") + kOrders);
  EXPECT_TRUE(GatewayClient(gateway.address(), orders).Cancel(kPinned).ok());
}

TEST_F(CallerTest, WithoutAPolicyEveryVerifiedCallerIsServedIfSaid) {
  std::vector<std::string> flags = TlsFlags();
  flags.emplace_back("--allow_any_verified_caller");
  const Gateway gateway(upstream_.Url(), flags);
  EXPECT_TRUE(GatewayClient(gateway.address(), billing()).Cancel(kPinned).ok());
  const CallReply nameless =
      GatewayClient(gateway.address(), Client("nameless", "")).Cancel(kPinned);
  EXPECT_EQ(nameless.Verdict(), kUnauthenticated);
}

TEST_F(CallerTest, HealthAndReflectionNeedACertificateAndNoPolicy) {
  const Gateway gateway(upstream_.Url(), PolicyFlags(PolicyFor({kOrders}, "{}")));
  GatewayClient client(gateway.address(), billing());
  EXPECT_TRUE(client.Call("/grpc.health.v1.Health/Check", "").ok());
  EXPECT_EQ(HttpCall("GET", gateway.AdminUrl("/livez")).status, 200);
  EXPECT_EQ(HttpCall("GET", gateway.AdminUrl("/readyz")).status, 200);
}

}  // namespace
}  // namespace suprsend_gateway::testing
