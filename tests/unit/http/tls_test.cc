#include <curl/curl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/support/certificates.h"
#include "tests/support/nginx.h"
#include "tests/support/raw_upstream.h"
#include "tests/support/tls_upstream.h"
#include "tests/unit/http/client_harness.h"
#include "tests/unit/http/listeners.h"

namespace suprsend_gateway::http {
namespace {

using testing::Always;
using testing::CertificateAuthority;
using testing::Nginx;
using testing::RawUpstream;
using ::testing::SizeIs;

TransferOptions Trusting(const CertificateAuthority& authority) {
  TransferOptions options = PatientOptions();
  options.ca_file = authority.ca_file();
  return options;
}

class TlsTest : public ::testing::Test {
 protected:
  Nginx Serve(const testing::CertificateFiles& certificate) {
    return Nginx({.certificate = certificate, .upstream_url = upstream_.Url("")});
  }

  const CertificateAuthority authority_;
  RawUpstream upstream_{Always(testing::HttpResponse(200, "{}"))};
};

TEST_F(TlsTest, ATrustedUpstreamIsSpokenToOverHttp2) {
  const Nginx nginx = Serve(authority_.Issue("good", "IP:127.0.0.1"));
  ClientHarness client(Trusting(authority_));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(client.Ask(nginx.Url()), "200");
  const auto lines = nginx.WaitForAccessLines(3, kPatience);
  ASSERT_EQ(lines.size(), 3u);
  for (const auto& line : lines) EXPECT_EQ(line.protocol, "HTTP/2.0");
  EXPECT_EQ(lines[0].connection, lines[2].connection);
}

TEST_F(TlsTest, AnUnknownAuthorityIsUntrusted) {
  const CertificateAuthority other;
  const Nginx nginx = Serve(other.Issue("other", "IP:127.0.0.1"));
  ClientHarness client(Trusting(authority_));
  EXPECT_EQ(client.Ask(nginx.Url()), "kUntrusted");
  ClientHarness with_system_authorities;
  EXPECT_EQ(with_system_authorities.Ask(nginx.Url()), "kUntrusted");
  EXPECT_EQ(upstream_.RequestCount(), 0u);
}

TEST_F(TlsTest, ACertificateForAnotherNameIsUntrusted) {
  const Nginx nginx = Serve(authority_.Issue("name", "DNS:other.test,IP:127.0.0.2"));
  ClientHarness client(Trusting(authority_));
  EXPECT_EQ(client.Ask(nginx.Url()), "kUntrusted");
  EXPECT_EQ(upstream_.RequestCount(), 0u);
}

TEST_F(TlsTest, AnExpiredCertificateIsUntrusted) {
  const Nginx nginx = Serve(authority_.IssueExpired("old", "IP:127.0.0.1"));
  ClientHarness client(Trusting(authority_));
  EXPECT_EQ(client.Ask(nginx.Url()), "kUntrusted");
  EXPECT_EQ(upstream_.RequestCount(), 0u);
}

TEST_F(TlsTest, WithoutAReadableAuthorityNobodyIsTrusted) {
  const Nginx nginx = Serve(authority_.Issue("good", "IP:127.0.0.1"));
  TransferOptions options = PatientOptions();
  options.ca_file = "/nonexistent/ca.pem";
  ClientHarness client(options);
  EXPECT_EQ(client.Ask(nginx.Url()), "kUntrusted");
  EXPECT_EQ(upstream_.RequestCount(), 0u);
}

// Sends so many requests, fifty at a time, and returns how many came on each connection.
std::map<std::string, size_t> CountByConnection(const Nginx& nginx, ClientHarness& client,
                                                size_t requests) {
  for (size_t sent = 0; sent < requests; sent += 50) {
    std::vector<std::future<HttpResult>> results;
    for (int i = 0; i < 50; ++i) results.push_back(client.Send(nginx.Url()));
    for (auto& result : results) EXPECT_EQ(AwaitDescription(result), "200");
  }
  std::map<std::string, size_t> counts;
  for (const auto& line : nginx.WaitForAccessLines(requests, kPatience)) ++counts[line.connection];
  return counts;
}

// Each of the others waits for the first handshake, and then shares its connection.
TEST_F(TlsTest, AColdBurstSharesOneConnectionOverHttp2) {
  const Nginx nginx = Serve(authority_.Issue("good", "IP:127.0.0.1"));
  ClientHarness client(Trusting(authority_));
  EXPECT_THAT(CountByConnection(nginx, client, 50), SizeIs(1));
}

// A request's headers and its body, and what else is ready, go out together: also on a connection
// that was without a request in between.
TEST_F(TlsTest, ARequestOverHttp2TakesNoMoreThanASegment) {
  constexpr size_t kRequests = 50;
  const testing::TlsScript answer = testing::AnswerWith("{}");
  testing::TlsUpstream upstream(
      {.certificate = authority_.Issue("good", "IP:127.0.0.1"), .http2 = true}, answer);
  ClientHarness client(Trusting(authority_));
  EXPECT_EQ(client.Ask(upstream.Url()), "200");
  // Answers later would be acknowledged meanwhile.
  upstream.SetScript(testing::Gathered(kRequests, answer));
  std::vector<std::future<HttpResult>> results;
  for (size_t i = 0; i < kRequests; ++i) results.push_back(client.Send(upstream.Url()));
  for (auto& result : results) EXPECT_EQ(AwaitDescription(result), "200");
  const std::vector<testing::TlsRequest> posts = upstream.Requests();
  ASSERT_EQ(posts.size(), 1 + kRequests);
  EXPECT_EQ(posts.back().connection, 1);
  // One more may have acknowledged the first answer.
  EXPECT_LE(posts.back().segments - posts.front().segments, kRequests + 1);
}

// libcurl before 8.0 resets the stream of an answer that does not say its length, and servers close
// a connection after a thousand resets or so.
TEST_F(TlsTest, AConnectionIsLeftBeforeAThousandResets) {
  upstream_.SetScript(Always("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"));
  const Nginx nginx({.certificate = authority_.Issue("good", "IP:127.0.0.1"),
                     .upstream_url = upstream_.Url(""),
                     .server_lines = "keepalive_requests 100000;"});
  ClientHarness client(Trusting(authority_));
  const auto counts = CountByConnection(nginx, client, 2'000);
  if (curl_version_info(CURLVERSION_NOW)->version_num >= 0x080000) {
    EXPECT_THAT(counts, SizeIs(1));
    return;
  }
  for (const auto& [connection, count] : counts) EXPECT_LT(count, 1'000U) << connection;
}

TEST_F(TlsTest, ALargeBodyGoesWholeOverHttp2) {
  const Nginx nginx = Serve(authority_.Issue("good", "IP:127.0.0.1"));
  ClientHarness client(Trusting(authority_));
  const std::string body(800 << 10, 'x');
  for (int i = 0; i < 3; ++i) EXPECT_EQ(client.Ask(nginx.Url(), {.body = body}), "200");
  for (const auto& request : upstream_.Requests()) EXPECT_EQ(request.body.size(), body.size());
}

// nginx answers without having read the request, and then resets the stream. libcurl would wait to
// send the rest until the deadline. (It can also lose such an answer, and then that is known at
// once.)
TEST_F(TlsTest, AnAnswerBeforeTheRequestWasReadIsTakenAtOnce) {
  const Nginx nginx({.certificate = authority_.Issue("good", "IP:127.0.0.1"),
                     .upstream_url = upstream_.Url(""),
                     .server_lines = "location /early { return 200 '{}'; }"});
  ClientHarness client(Trusting(authority_));
  const auto start = std::chrono::steady_clock::now();
  const std::string answer = client.Ask(nginx.Url("/early"), {.body = std::string(800 << 10, 'x')});
  EXPECT_THAT(answer, ::testing::AnyOf("200", ::testing::HasSubstr("kConnectionLost")));
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(4));
  EXPECT_EQ(upstream_.RequestCount(), 0U);
}

// Where upstream has no HTTP/2, each request needs a connection: they connect side by side.
TEST_F(TlsTest, AColdBurstOverHttp11DoesNotConnectOneByOne) {
  constexpr int kBurst = 50;
  HoldingServer upstream(kBurst);
  const Nginx nginx({.certificate = authority_.Issue("good", "IP:127.0.0.1"),
                     .upstream_url = "http://" + upstream.Address(),
                     .http2 = false});
  const std::string address = nginx.Url("");
  SlowPipe pipe(std::stoi(address.substr(address.rfind(':') + 1)));
  ClientHarness client(Trusting(authority_));
  std::vector<std::future<HttpResult>> results;
  for (int i = 0; i < kBurst; ++i) {
    results.push_back(
        client.Send("https://" + pipe.Address() + "/", {.body = HoldingServer::kBodyEnd}));
  }
  const auto one_by_one = std::chrono::steady_clock::now() + SlowPipe::kDelay * kBurst;
  for (auto& result : results) EXPECT_EQ(AwaitDescription(result), "200");
  EXPECT_LT(std::chrono::steady_clock::now(), one_by_one);
}

// What upstream allows is known a round trip after the first request was sent; what was put on the
// connection before then and beyond it would be refused, and then nobody knew whether it was done.
TEST_F(TlsTest, AColdBurstIsNotRefusedByAFarUpstreamThatAllowsFewStreams) {
  const Nginx nginx({.certificate = authority_.Issue("good", "IP:127.0.0.1"),
                     .upstream_url = upstream_.Url(""),
                     .server_lines = "http2_max_concurrent_streams 4;"});
  const std::string address = nginx.Url("");
  SlowPipe pipe(std::stoi(address.substr(address.rfind(':') + 1)),
                std::numeric_limits<size_t>::max(), SlowPipe::Kind::kFar);
  ClientHarness client(Trusting(authority_));
  std::vector<std::future<HttpResult>> results;
  for (int i = 0; i < 50; ++i) results.push_back(client.Send("https://" + pipe.Address() + "/"));
  for (auto& result : results) EXPECT_EQ(AwaitDescription(result), "200");
}

// Upstream allows one stream a connection, and no second connection. Of two requests that wait, one
// tries to connect, and the other finds no room.
TEST_F(TlsTest, WithoutRoomOnAnyConnectionARequestIsNotHeldBeyondItsLimit) {
  upstream_.SetScript(
      [](const testing::RawRequest&, testing::RawConnection& connection) { connection.Stall(); });
  const Nginx nginx({.certificate = authority_.Issue("good", "IP:127.0.0.1"),
                     .upstream_url = upstream_.Url(""),
                     .server_lines = "http2_max_concurrent_streams 1;"});
  const std::string address = nginx.Url("");
  SlowPipe pipe(std::stoi(address.substr(address.rfind(':') + 1)), /*most=*/1);
  TransferOptions options = Trusting(authority_);
  options.connect_timeout = std::chrono::seconds(4);
  const std::string url = "https://" + pipe.Address() + "/";
  {
    ClientHarness client(options);
    std::future<HttpResult> first = client.Send(url, {.deadline = std::chrono::seconds(12)});
    ASSERT_TRUE(upstream_.WaitForRequests(1, kPatience));
    std::future<HttpResult> second = client.Send(url);
    std::future<HttpResult> third = client.Send(url);
    const std::set<std::string> got = {AwaitDescription(second), AwaitDescription(third)};
    EXPECT_EQ(got, (std::set<std::string>{"kNoRoom", "kUnreachable"}));
    EXPECT_EQ(AwaitDescription(first), "kDeadline sent");
  }
  EXPECT_EQ(upstream_.RequestCount(), 1u);
}

struct HeldBurst {
  const char* name;
  bool http2;
  int requests;
  std::string server_lines;
};

// More than a connection takes at once: connections grow with what is in flight.
class HeldBurstTest : public ::testing::TestWithParam<HeldBurst> {};

TEST_P(HeldBurstTest, AColdBurstIsAllInFlightAtOnce) {
  const CertificateAuthority authority;
  HoldingServer upstream(GetParam().requests);
  const Nginx nginx({.certificate = authority.Issue("good", "IP:127.0.0.1"),
                     .upstream_url = "http://" + upstream.Address(),
                     .http2 = GetParam().http2,
                     .server_lines = GetParam().server_lines});
  ClientHarness client(Trusting(authority));
  std::vector<std::future<HttpResult>> results;
  for (int i = 0; i < GetParam().requests; ++i) {
    results.push_back(client.Send(nginx.Url(), {.body = HoldingServer::kBodyEnd}));
  }
  int answered = 0;
  for (auto& result : results) answered += AwaitDescription(result) == "200";
  EXPECT_EQ(answered, GetParam().requests);
  EXPECT_EQ(upstream.most_waiting(), GetParam().requests);
}

INSTANTIATE_TEST_SUITE_P(Protocols, HeldBurstTest,
                         ::testing::Values(HeldBurst{"Http11", false, 100, ""},
                                           HeldBurst{"Http2", true, 1500, ""},
                                           HeldBurst{"Http2WithFewStreams", true, 100,
                                                     "http2_max_concurrent_streams 16;"}),
                         [](const auto& tested) { return std::string(tested.param.name); });

}  // namespace
}  // namespace suprsend_gateway::http
