// What nobody may see of a call, or of the key, wherever they look.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <string>
#include <vector>

#include "tests/support/certificates.h"
#include "tests/support/gateway.h"
#include "tests/support/gateway_client.h"
#include "tests/support/nginx.h"
#include "tests/support/raw_upstream.h"
#include "tests/support/temp_dir.h"

namespace suprsend_gateway::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

RawUpstream::Script AnswerOk() {
  return Always(HttpResponse(200, R"({"execution_ids":["dsl_1"]})"));
}

// Values of requests, the key and upstream's words about them are personal data or secrets.
class SecrecyTest : public ::testing::Test {
 protected:
  const std::string recipient_ = "canary-recipient@example.com";
  const std::string execution_id_ = "canary_execution_1";
  const std::string idempotency_key_ = "canary-idempotency \"quoted\"";
  const std::string slug_ = "canary/slug";
  const CancelRequest request_{.execution_id = execution_id_,
                               .recipients = {recipient_, "canary caf\u00e9"},
                               .idempotency_key = idempotency_key_,
                               .workflow_slug = slug_};

  static void ExpectNoCanary(const std::string& text) {
    EXPECT_THAT(text, Not(HasSubstr("canary")));
    EXPECT_THAT(text, Not(HasSubstr(kApiKey)));
  }

  static void ExpectNoCanary(const CallReply& reply) {
    ExpectNoCanary(reply.message);
    ExpectNoCanary(reply.details);
    for (const auto& [key, value] : reply.trailers) ExpectNoCanary(value);
  }
};

TEST_F(SecrecyTest, NothingOfARequestShowsWhateverHappens) {
  // Upstream echoes all it got, in every spelling that a server may use.
  const std::string bearer = std::string("Bearer ") + kApiKey;
  const std::vector<std::string> messages = {
      recipient_,
      "no run for " + recipient_ + " of " + execution_id_ + " and " + slug_,
      "CANARY-recipient@EXAMPLE.com",
      "canary-recipient%40example.com",
      "canary-recipient&#64;example.com",
      "canary-recipient\\u0040example.com",
      R"(canary-idempotency \"quoted\")",
      R"(canary-idempotency \\\"quoted\\\")",
      "canary-idempotency &quot;quoted&quot;",
      "canary%2Fslug",
      "canary\\\\/slug",
      "canary caf\u00e9",
      "canary caf\\u00e9",
      "canary caf\\\\u00e9",
      "canary%20caf%C3%A9",
      bearer};
  std::vector<std::string> replies;
  for (const int status : {400, 401, 404, 409, 413, 422, 429, 500, 503, 200}) {
    for (const std::string& message : messages) {
      const std::string json = R"({"code":")" + message + R"(","message":")" + message + R"("})";
      replies.push_back(HttpResponse(status, json));
    }
    replies.push_back(
        HttpResponse(status, "<p>" + recipient_ + "</p>" + bearer, {"Content-Type: text/html"}));
    replies.push_back(HttpResponse(
        status, "", {"Location: https://" + recipient_ + "/", "Retry-After: " + recipient_}));
  }

  // The audit log is on, and whoever debugs has asked the libraries for all that they can tell.
  const TempDir files;
  const std::string audit_log = files.Path("audit.log");
  RawUpstream upstream(AnswerOk());
  Gateway gateway(upstream.Url(),
                  {"--audit_log=" + audit_log,
                   "--audit_hmac_key_file=" + files.Write("hmac", "0123456789abcdef")},
                  {{"GRPC_VERBOSITY", "DEBUG"}, {"GRPC_TRACE", "all"}});
  GatewayClient client(gateway.address());
  EXPECT_TRUE(client.Cancel(request_).ok());
  for (const std::string& reply : replies) {
    SCOPED_TRACE(reply);
    upstream.SetScript(Always(reply));
    ExpectNoCanary(client.Cancel(request_));
  }
  // Refused before it went upstream.
  CancelRequest bad = request_;
  bad.recipients.push_back(recipient_ + "\n");
  bad.execution_id = execution_id_ + std::string(2'000, 'x');
  ExpectNoCanary(client.Cancel(bad));
  ExpectNoCanary(client.CancelRaw(Encode(request_) + wire::BytesField(77, recipient_)));
  ExpectNoCanary(client.CancelRaw(Encode(request_) + Encode(request_)));
  ExpectNoCanary(client.CancelRaw(Encode(request_) + "\xff"));
  // Nor does what a caller sends as metadata.
  ExpectNoCanary(client.Cancel(
      request_, {.metadata = {{"x-request-id", recipient_}, {"x-canary", recipient_}}}));

  ExpectNoCanary(gateway.Metrics());
  // What a crash says goes to the same place as the log.
  gateway.process().Signal(SIGABRT);
  EXPECT_EQ(gateway.process().WaitForExit(kPatience), 128 + SIGABRT);
  gateway.Kill();
  ExpectNoCanary(gateway.process().Stderr());
  ExpectNoCanary(gateway.process().Stdout());
  // Which run was meant stands in the audit log; whom it was for does not.
  const std::string audit = ReadFile(audit_log);
  EXPECT_THAT(audit, HasSubstr("hmac-sha256:"));
  EXPECT_THAT(audit, AllOf(Not(HasSubstr(recipient_)), Not(HasSubstr("canary caf")),
                           Not(HasSubstr("canary-idempotency")), Not(HasSubstr(kApiKey))));
}

// Under these the API key could be read off the wire.
TEST_F(SecrecyTest, TheKeysOfTlsConnectionsAreNotWrittenDown) {
  const CertificateAuthority authority;
  const TempDir files;
  const std::string key_log = files.Path("tls_keys");
  RawUpstream upstream(AnswerOk());
  const Nginx nginx(
      {.certificate = authority.Issue("good", "IP:127.0.0.1"), .upstream_url = upstream.Url("")});
  const Gateway gateway(nginx.Url(), {"--upstream_ca_file=" + authority.ca_file()},
                        {{"SSLKEYLOGFILE", key_log}});
  EXPECT_TRUE(GatewayClient(gateway.address()).Cancel(request_).ok());
  EXPECT_EQ(ReadFile(key_log), "");
}

TEST_F(SecrecyTest, TheKeyIsNotInTheProcessList) {
  RawUpstream upstream(AnswerOk());
  Gateway gateway(upstream.Url());
  const std::string proc = "/proc/" + std::to_string(gateway.process().pid());
  ExpectNoCanary(ReadFile(proc + "/cmdline"));
  ExpectNoCanary(ReadFile(proc + "/environ"));
}

TEST_F(SecrecyTest, TrailersStaySmall) {
  constexpr size_t kMostTrailerBytes = 6 * 1024;
  RawUpstream upstream(
      Always(HttpResponse(400, R"({"code":")" + std::string(100'000, 'c') + R"(","message":")" +
                                   std::string(100'000, 'm') + R"("})")));
  Gateway gateway(upstream.Url());
  GatewayClient client(gateway.address());
  std::string euros;
  for (int i = 0; i < 20'000; ++i) euros += "\u20ac";
  for (const CallReply& reply :
       {client.Cancel({.recipients = {"ann"}}),
        client.Cancel({.execution_id = "", .recipients = std::vector<std::string>(60'000, "")}),
        client.CancelRaw(wire::BytesField(536'870'911, euros))}) {
    size_t size = reply.message.size();
    for (const auto& [key, value] : reply.trailers) {
      // Binary values travel as base64.
      const bool binary = key.ends_with("-bin");
      size += key.size() + (binary ? (value.size() + 2) / 3 * 4 : value.size()) + 32;
    }
    EXPECT_LT(size, kMostTrailerBytes) << reply;
    EXPECT_FALSE(reply.reason.empty()) << reply;
  }
}

}  // namespace
}  // namespace suprsend_gateway::testing
