// The server's TLS files and the policy are replaced while calls are made.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

#include "tests/integration/caller_harness.h"
#include "tests/support/http_call.h"
#include "tests/support/metrics_text.h"

namespace suprsend_gateway::testing {
namespace {

using std::chrono::seconds;
using ::testing::HasSubstr;

const CancelRequest kPinned{.execution_id = "dsl_1"};
const CancelRequest kOpen{.recipients = {"ann"}};
// It takes a second, but for the test's own calls.
constexpr auto kInUseWithin = seconds(5);

// Calls without a pause until it goes; half of the calls on connections of their own.
class Load {
 public:
  Load(const std::string& target, const ClientTls& tls)
      : thread_([this, target, tls] {
          GatewayClient kept(target, tls);
          while (!stop_) {
            Count(kept.Cancel(kPinned));
            Count(GatewayClient(target, tls).Cancel(kPinned));
          }
        }) {}
  ~Load() {
    stop_ = true;
    thread_.join();
    std::printf("%d calls, %d failed\n", calls_.load(), failed_.load());
    EXPECT_GT(calls_, 0);
    EXPECT_EQ(failed_, 0);
  }

 private:
  void Count(const CallReply& reply) {
    ++calls_;
    if (reply.ok()) return;
    if (failed_++ == 0) ADD_FAILURE() << reply;
  }

  std::atomic<bool> stop_ = false;
  std::atomic<int> calls_ = 0;
  std::atomic<int> failed_ = 0;
  std::thread thread_;
};

// Two authorities take turns to vouch for the server, and a policy's kill switch is thrown and
// taken back: a client that trusts only the newest authority is served, and an open call is
// refused, within two seconds of each, while no other call fails.
TEST_F(CallerTest, AHundredNewCertificatesAndPoliciesFailNoCall) {
  const CertificateAuthority authorities[2];
  const CertificateFiles servers[2] = {authorities[0].Issue("server", "IP:127.0.0.1"),
                                       authorities[1].Issue("server", "IP:127.0.0.1")};
  const std::string rules =
      "\"callers\": {\"" + std::string(kBilling) + "\": {\"allow_open_calls\": true}}";
  const std::string policies[2] = {"{\"allow_open_calls\": false, " + rules + "}",
                                   "{" + rules + "}"};
  const Gateway gateway(upstream_.Url(), PolicyFlags(policies[1]));
  ClientTls all = billing();
  all.ca_file =
      files_.Write("all.pem", ReadFile(authority_.ca_file()) + ReadFile(authorities[0].ca_file()) +
                                  ReadFile(authorities[1].ca_file()));
  const Load load(gateway.address(), all);
  for (int i = 0; i < 100; ++i) {
    const int turn = i % 2;
    Replace("server.pem", ReadFile(servers[turn].certificate));
    Replace("server.key", ReadFile(servers[turn].key));
    Replace("policy.json", policies[turn]);
    ClientTls newest = billing();
    newest.ca_file = authorities[turn].ca_file();
    ASSERT_TRUE(WaitUntil(
        [&] {
          const CallReply reply = GatewayClient(gateway.address(), newest).Cancel(kOpen);
          return turn == 0 ? reply.reason == "CALLER_NOT_ALLOWED" : reply.ok();
        },
        kInUseWithin))
        << "after " << i;
  }
}

TEST_F(CallerTest, ABadCertificateFileIsNotTakenAndIsTold) {
  Gateway gateway(upstream_.Url(), PolicyFlags(PolicyFor({kBilling}, "{}")));
  const auto is_ok = [&gateway] {
    return Sample(gateway.Metrics(), "suprsend_gateway_file_ok", {{"file", "tls"}});
  };
  EXPECT_EQ(is_ok(), 1);
  for (const char* file : {"tls_cert", "client_ca"}) {
    EXPECT_GT(Sample(gateway.Metrics(), "suprsend_gateway_certificate_not_after_timestamp_seconds",
                     {{"file", file}}),
              1.7e9)
        << file;
  }
  const std::string good = ReadFile(files_.Path("server.pem"));
  const CertificateFiles other = authority_.Issue("other", "IP:127.0.0.1");
  const std::pair<std::string, std::string> bad[] = {
      {"", "must hold one certificate or more"},
      {good.substr(0, good.size() / 2), "must hold one certificate or more"},
      {ReadFile(authority_.IssueExpired("old", "IP:127.0.0.1").certificate), "has expired"},
      {ReadFile(authority_.MakeWeak("weak").certificate), "its key is too short"},
      {ReadFile(other.certificate), "does not belong to the certificate"},
  };
  for (const auto& [content, why] : bad) {
    Replace("server.pem", content);
    ASSERT_TRUE(gateway.process().WaitForLine(
        [&why = why](const std::string& line) {
          return line.find("tls: what has changed is not taken") != line.npos &&
                 line.find(why) != line.npos;
        },
        kPatience))
        << why;
    EXPECT_EQ(is_ok(), 0);
    EXPECT_TRUE(GatewayClient(gateway.address(), billing()).Cancel(kPinned).ok()) << why;
  }
  Replace("server.pem", good);
  EXPECT_TRUE(WaitUntil([&] { return is_ok() == 1; }));
}

TEST_F(CallerTest, WhomANewAuthorityVouchesForIsLetIn) {
  const Gateway gateway(upstream_.Url(), PolicyFlags(PolicyFor({kBilling}, "{}")));
  const CertificateAuthority other;
  const CertificateFiles files = other.Issue("billing", std::string("URI:") + kBilling);
  const ClientTls client{
      .ca_file = authority_.ca_file(), .certificate = files.certificate, .key = files.key};
  EXPECT_FALSE(GatewayClient(gateway.address(), client).Cancel(kPinned).ok());
  Replace("clients.pem", ReadFile(authority_.ca_file()) + ReadFile(other.ca_file()));
  EXPECT_TRUE(WaitUntil(
      [&] { return GatewayClient(gateway.address(), client).Cancel(kPinned).ok(); }, kInUseWithin));
  EXPECT_TRUE(GatewayClient(gateway.address(), billing()).Cancel(kPinned).ok());
}

TEST_F(CallerTest, AuthoritiesOfWhichNoneIsOneAreNotTakenAndAreTold) {
  Gateway gateway(upstream_.Url(), PolicyFlags(PolicyFor({kBilling}, "{}")));
  Replace("clients.pem", ReadFile(billing().certificate));
  const auto line = gateway.process().WaitForLine(
      [](const std::string& text) { return text.find("is not taken") != text.npos; }, kPatience);
  ASSERT_TRUE(line);
  EXPECT_THAT(*line, HasSubstr("--client_ca_file: "));
  EXPECT_THAT(*line, HasSubstr("clients.pem holds no certificate authority that is valid now"));
  EXPECT_EQ(Sample(gateway.Metrics(), "suprsend_gateway_file_ok", {{"file", "tls"}}), 0);
  EXPECT_TRUE(GatewayClient(gateway.address(), billing()).Cancel(kPinned).ok());
}

TEST_F(CallerTest, ABadPolicyIsNotTakenAndIsTold) {
  Gateway gateway(upstream_.Url(), PolicyFlags(PolicyFor({kBilling}, "{}")));
  Replace("policy.json", "{\n  \"callers\": {\"x\": {\"max_recipients\": \"many\"}}\n}");
  const auto line = gateway.process().WaitForLine(
      [](const std::string& text) { return text.find("is not taken") != text.npos; }, kPatience);
  ASSERT_TRUE(line);
  EXPECT_THAT(*line, HasSubstr("--caller_policy_file: "));
  EXPECT_THAT(*line, HasSubstr("policy.json: line 2"));
  EXPECT_THAT(*line, HasSubstr("max_recipients"));
  EXPECT_EQ(Sample(gateway.Metrics(), "suprsend_gateway_file_ok", {{"file", "caller_policy"}}), 0);
  EXPECT_TRUE(GatewayClient(gateway.address(), billing()).Cancel(kPinned).ok());
}

}  // namespace
}  // namespace suprsend_gateway::testing
