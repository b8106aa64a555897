// An upstream behind TLS: trust, HTTP/2 with many calls on few connections, and HTTP/1.1 as
// fallback.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "tests/support/certificates.h"
#include "tests/support/emulator.h"
#include "tests/support/gateway.h"
#include "tests/support/gateway_client.h"
#include "tests/support/nginx.h"
#include "tests/support/raw_upstream.h"

namespace suprsend_gateway::testing {
namespace {

using ::testing::Each;
using ::testing::ElementsAreArray;
using ::testing::IsEmpty;
using ::testing::Le;
using ::testing::SizeIs;

constexpr char kLoopbackNames[] = "IP:127.0.0.1,DNS:localhost";
constexpr char kUntrusted[] = "INTERNAL/UPSTREAM_UNTRUSTED/NOT_APPLIED";

class TlsTest : public ::testing::Test {
 protected:
  std::string TrustOurs() const { return "--upstream_ca_file=" + authority_.ca_file(); }

  // Calls once, with nothing upstream that could answer well but the certificate's fault.
  void ExpectUntrusted(const CertificateFiles& certificate, const std::string& host,
                       const std::vector<std::string>& flags) {
    Nginx nginx({.certificate = certificate, .upstream_url = emulator_.url()});
    Gateway gateway(nginx.Url("/", host), flags);
    GatewayClient client(gateway.address());
    const CallReply reply = client.Cancel({.recipients = {"ann"}});
    EXPECT_EQ(reply.Verdict(), kUntrusted) << reply;
    EXPECT_EQ(reply.domain, "suprsend-gateway");
    EXPECT_EQ(reply.Metadata("http_status"), "");
    EXPECT_FALSE(reply.request_id.empty());
    EXPECT_THAT(emulator_.CancelRequests(), IsEmpty());
    EXPECT_THAT(nginx.WaitForAccessLines(0, kPatience), IsEmpty());
  }

  CertificateAuthority authority_;
  Emulator emulator_;
};

TEST_F(TlsTest, CancelsOverHttp2) {
  Nginx nginx(
      {.certificate = authority_.Issue("server", kLoopbackNames), .upstream_url = emulator_.url()});
  Gateway gateway(nginx.Url(), {TrustOurs()});
  GatewayClient client(gateway.address());
  const std::vector<std::string> ids = emulator_.Trigger("order-confirmation", {"ann", "bob"});

  const CallReply reply = client.Cancel({.recipients = {"ann", "bob"}});
  EXPECT_TRUE(reply.ok()) << reply;
  EXPECT_THAT(reply.execution_ids, ElementsAreArray(ids));
  EXPECT_THAT(emulator_.RunningIds(), IsEmpty());
  const CallReply again = client.Cancel({.recipients = {"ann", "bob"}});
  EXPECT_TRUE(again.ok()) << again;
  EXPECT_EQ(again.cancelled_count, 0);

  const std::vector<Nginx::AccessLine> lines = nginx.WaitForAccessLines(2, kPatience);
  ASSERT_THAT(lines, SizeIs(2));
  for (const Nginx::AccessLine& line : lines) {
    EXPECT_EQ(line.protocol, "HTTP/2.0");
    EXPECT_EQ(line.connection, lines[0].connection);
    EXPECT_EQ(line.request_uri, "/v1/workflow_run/cancel/");
    EXPECT_EQ(line.status, 200);
  }
}

TEST_F(TlsTest, ByHostNameAndWithAPathPrefix) {
  Nginx nginx({.certificate = authority_.Issue("server", "DNS:localhost"),
               .upstream_url = emulator_.url() + "/"});
  Gateway gateway(nginx.Url("/hub", "localhost"), {TrustOurs()});
  GatewayClient client(gateway.address());
  const CallReply reply = client.Cancel({.recipients = {"ann"}});
  // The emulator has no such path; that nginx has seen it is what counts.
  const std::vector<Nginx::AccessLine> lines = nginx.WaitForAccessLines(1, kPatience);
  ASSERT_THAT(lines, SizeIs(1)) << reply;
  EXPECT_EQ(lines[0].request_uri, "/hub/v1/workflow_run/cancel/");
}

TEST_F(TlsTest, FiveHundredCallsAtOnceShareConnections) {
  constexpr size_t kCalls = 500;
  // Far fewer than calls, and enough for nginx's limit of 128 streams on each.
  constexpr size_t kMostConnections = kCalls;  // Of twice as many calls.
  Nginx nginx(
      {.certificate = authority_.Issue("server", kLoopbackNames), .upstream_url = emulator_.url()});
  Gateway gateway(nginx.Url(), {TrustOurs(), "--connect_timeout=1m"});
  GatewayClient client(gateway.address());
  std::vector<std::string> recipients;
  for (size_t i = 0; i < kCalls; ++i) recipients.push_back("user_" + std::to_string(i));
  const std::vector<std::string> ids = emulator_.Trigger("order-confirmation", recipients);
  ASSERT_THAT(ids, SizeIs(kCalls));

  for (int round = 0; round < 2; ++round) {
    SCOPED_TRACE(round);
    std::vector<std::unique_ptr<PendingCall>> calls;
    for (const std::string& recipient : recipients) {
      calls.push_back(client.Start({.recipients = {recipient}}));
    }
    for (size_t i = 0; i < kCalls; ++i) {
      const CallReply& reply = calls[i]->Wait();
      EXPECT_TRUE(reply.ok()) << reply;
      const std::vector<std::string> expected =
          round == 0 ? std::vector<std::string>{ids[i]} : std::vector<std::string>{};
      EXPECT_EQ(reply.execution_ids, expected);
    }
  }
  EXPECT_THAT(emulator_.RunningIds(), IsEmpty());
  EXPECT_THAT(emulator_.CancelRequests(), SizeIs(2 * kCalls));

  std::set<std::string> connections;
  std::set<std::string> protocols;
  const std::vector<Nginx::AccessLine> lines = nginx.WaitForAccessLines(2 * kCalls, kPatience);
  EXPECT_THAT(lines, SizeIs(2 * kCalls));
  for (const Nginx::AccessLine& line : lines) {
    connections.insert(line.connection);
    protocols.insert(line.protocol);
  }
  EXPECT_EQ(protocols, std::set<std::string>{"HTTP/2.0"});
  EXPECT_LE(connections.size(), kMostConnections);
}

TEST_F(TlsTest, FallsBackToHttp11) {
  Nginx nginx({.certificate = authority_.Issue("server", kLoopbackNames),
               .upstream_url = emulator_.url(),
               .http2 = false});
  Gateway gateway(nginx.Url(), {TrustOurs()});
  GatewayClient client(gateway.address());
  const std::vector<std::string> ids = emulator_.Trigger("order-confirmation", {"ann"});

  const CallReply reply = client.Cancel({.recipients = {"ann"}});
  EXPECT_TRUE(reply.ok()) << reply;
  EXPECT_EQ(reply.execution_ids, ids);
  EXPECT_TRUE(client.Cancel({.recipients = {"ann"}}).ok());

  const std::vector<Nginx::AccessLine> lines = nginx.WaitForAccessLines(2, kPatience);
  ASSERT_THAT(lines, SizeIs(2));
  EXPECT_EQ(lines[0].protocol, "HTTP/1.1");
  EXPECT_EQ(lines[1].connection, lines[0].connection);
}

TEST_F(TlsTest, ACertificateOfAnUnknownAuthority) {
  const CertificateFiles certificate = authority_.Issue("server", kLoopbackNames);
  ExpectUntrusted(certificate, "127.0.0.1", {});
  const CertificateAuthority another;
  ExpectUntrusted(certificate, "127.0.0.1", {"--upstream_ca_file=" + another.ca_file()});
}

TEST_F(TlsTest, ACertificateForAnotherHost) {
  ExpectUntrusted(authority_.Issue("other", "DNS:hub.example.com"), "127.0.0.1", {TrustOurs()});
  ExpectUntrusted(authority_.Issue("ip", "IP:127.0.0.1"), "localhost", {TrustOurs()});
}

TEST_F(TlsTest, AnExpiredCertificate) {
  ExpectUntrusted(authority_.IssueExpired("expired", kLoopbackNames), "127.0.0.1", {TrustOurs()});
}

TEST_F(TlsTest, OldTlsIsRefused) {
  Nginx nginx({.certificate = authority_.Issue("server", kLoopbackNames),
               .upstream_url = emulator_.url(),
               .server_lines = "    ssl_protocols TLSv1.1;\n    ssl_ciphers ALL:@SECLEVEL=0;"});
  Gateway gateway(nginx.Url(), {TrustOurs()});
  GatewayClient client(gateway.address());
  const CallReply reply = client.Cancel({.recipients = {"ann"}});
  EXPECT_EQ(reply.Verdict(), "UNAVAILABLE/UPSTREAM_UNREACHABLE/NOT_APPLIED") << reply;
  EXPECT_THAT(emulator_.CancelRequests(), IsEmpty());
}

TEST_F(TlsTest, AnUpstreamThatDoesNotSpeakTls) {
  RawUpstream upstream(Always(HttpResponse(400, "")));
  Gateway gateway("https://127.0.0.1:" + std::to_string(upstream.port()) + "/");
  GatewayClient client(gateway.address());
  // It waits for an HTTP request that never ends: the connect limit ends the handshake.
  const CallReply reply = client.Cancel({.recipients = {"ann"}});
  EXPECT_EQ(reply.Verdict(), "UNAVAILABLE/UPSTREAM_UNREACHABLE/NOT_APPLIED") << reply;
  EXPECT_EQ(upstream.RequestCount(), 0U);
}

// An ingress's own answers.
TEST_F(TlsTest, AnIngressThatCannotReachSuprSend) {
  const std::string nobody = "http://127.0.0.1:" + std::to_string(UnusedPort());
  Nginx nginx({.certificate = authority_.Issue("server", kLoopbackNames), .upstream_url = nobody});
  Gateway gateway(nginx.Url(), {TrustOurs()});
  GatewayClient client(gateway.address());
  const CallReply reply = client.Cancel({.recipients = {"ann"}});
  EXPECT_EQ(reply.Verdict(), "UNKNOWN/UPSTREAM_ERROR/UNKNOWN") << reply;
  EXPECT_EQ(reply.Metadata("http_status"), "502");
  EXPECT_EQ(reply.Metadata("upstream_message"), "");
}

// Many streams on one connection that dies: as many requests upstream as calls, none sent again.
TEST_F(TlsTest, CallsOnAConnectionThatDiesAreNotSentAgain) {
  constexpr size_t kCalls = 20;
  RawUpstream upstream([](const RawRequest&, RawConnection& connection) { connection.Stall(); });
  std::optional<Nginx> nginx;
  nginx.emplace(
      Nginx::Options{.certificate = authority_.Issue("server", kLoopbackNames),
                     .upstream_url = "http://127.0.0.1:" + std::to_string(upstream.port())});
  Gateway gateway(nginx->Url(), {TrustOurs(), "--connect_timeout=30s"});
  GatewayClient client(gateway.address());
  std::vector<std::unique_ptr<PendingCall>> calls;
  for (size_t i = 0; i < kCalls; ++i) calls.push_back(client.Start({.recipients = {"ann"}}));
  ASSERT_TRUE(upstream.WaitForRequests(kCalls, kPatience));

  nginx.reset();
  std::vector<std::string> verdicts;
  for (const auto& call : calls) verdicts.push_back(call->Wait().Verdict());
  EXPECT_THAT(verdicts, Each("UNKNOWN/UPSTREAM_CONNECTION_LOST/UNKNOWN"));
  EXPECT_EQ(upstream.RequestCount(), kCalls);
}

}  // namespace
}  // namespace suprsend_gateway::testing
