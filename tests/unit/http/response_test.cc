#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/support/raw_upstream.h"
#include "tests/unit/http/client_harness.h"

namespace suprsend_gateway::http {
namespace {

using testing::Always;
using testing::RawConnection;
using testing::RawRequest;
using testing::RawUpstream;

TEST(ResponseTest, CarriesStatusHeadersAndBody) {
  RawUpstream upstream(Always(
      testing::HttpResponse(429, "{\"a\":1}", {"content-type: a/b; c=d", "RETRY-AFTER: 7"})));
  ClientHarness client;
  const HttpResponse response = ResponseOf(client.Send(upstream.Url()));
  EXPECT_EQ(response.status, 429);
  EXPECT_EQ(response.content_type, "a/b; c=d");
  EXPECT_EQ(response.retry_after, "7");
  EXPECT_EQ(response.body, "{\"a\":1}");
  EXPECT_TRUE(response.body_complete);
}

TEST(ResponseTest, TheRequestIsAsItWasGiven) {
  RawUpstream upstream(Always(testing::HttpResponse(200, "{}")));
  ClientHarness client;
  const std::string body("a\0b\r\n\r\n{\xff", 9);
  EXPECT_EQ(client.Ask(upstream.Url("/v1/x/"), {.body = body, .headers = {"X-Test: 1", "Expect:"}}),
            "200");
  ASSERT_EQ(upstream.RequestCount(), 1u);
  const RawRequest request = upstream.Requests()[0];
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.target, "/v1/x/");
  EXPECT_EQ(request.body, body);
  EXPECT_EQ(request.Header("content-length"), "9");
  EXPECT_EQ(request.Header("x-test"), "1");
  EXPECT_EQ(request.Header("user-agent"), "unit-test/1");
  EXPECT_EQ(request.Header("expect"), "");
  EXPECT_EQ(request.Header("upgrade"), "");
}

TEST(ResponseTest, AnEmptyBodyIsPostedAsOne) {
  RawUpstream upstream(Always(testing::HttpResponse(200, "{}")));
  ClientHarness client;
  EXPECT_EQ(client.Ask(upstream.Url(), {.body = ""}), "200");
  ASSERT_EQ(upstream.RequestCount(), 1u);
  EXPECT_EQ(upstream.Requests()[0].method, "POST");
  EXPECT_EQ(upstream.Requests()[0].Header("content-length"), "0");
}

TEST(ResponseTest, NothingOfARequestStaysBehindForTheNext) {
  RawUpstream upstream([](const RawRequest& request, RawConnection& connection) {
    if (request.number_on_connection == 1) {
      connection.Send(
          testing::HttpResponse(503, "<html>", {"Content-Type: text/html", "Retry-After: 9"}));
    } else {
      connection.Send("HTTP/1.1 204 No Content\r\n\r\n");
    }
  });
  ClientHarness client;
  EXPECT_EQ(client.Ask(upstream.Url("/one"), {.body = "long body", .headers = {"X-One: 1"}}),
            "503");
  const HttpResponse second = ResponseOf(client.Send(upstream.Url("/two"), {.body = "b"}));
  EXPECT_EQ(second.status, 204);
  EXPECT_EQ(second.content_type, "");
  EXPECT_EQ(second.retry_after, "");
  EXPECT_EQ(second.body, "");
  ASSERT_EQ(upstream.RequestCount(), 2u);
  EXPECT_EQ(upstream.Requests()[1].target, "/two");
  EXPECT_EQ(upstream.Requests()[1].body, "b");
  EXPECT_EQ(upstream.Requests()[1].Header("x-one"), "");
}

TEST(ResponseTest, InterimResponsesAreNoAnswer) {
  RawUpstream upstream(
      Always("HTTP/1.1 100 Continue\r\n\r\n"
             "HTTP/1.1 103 Early Hints\r\nRetry-After: 5\r\nContent-Type: early/hint\r\n\r\n" +
             testing::HttpResponse(200, "{}", {})));
  ClientHarness client;
  const HttpResponse response = ResponseOf(client.Send(upstream.Url()));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.retry_after, "");
  EXPECT_EQ(response.content_type, "");
  EXPECT_EQ(response.body, "{}");
}

TEST(ResponseTest, RedirectsAreNotFollowed) {
  for (const int status : {301, 302, 303, 307, 308}) {
    RawUpstream target(Always(testing::HttpResponse(200, "{}")));
    RawUpstream upstream(Always(testing::HttpResponse(status, "", {"Location: " + target.Url()})));
    ClientHarness client;
    EXPECT_EQ(client.Ask(upstream.Url()), std::to_string(status));
    EXPECT_EQ(upstream.RequestCount(), 1u);
    EXPECT_EQ(target.ConnectionCount(), 0);
  }
}

TEST(ResponseTest, AChallengeIsNotAnswered) {
  RawUpstream upstream(
      Always(testing::HttpResponse(401, "", {"WWW-Authenticate: Basic realm=\"x\""})));
  ClientHarness client;
  EXPECT_EQ(client.Ask(upstream.Url()), "401");
  EXPECT_EQ(upstream.RequestCount(), 1u);
}

TEST(ResponseTest, TheEnvironmentsProxiesAreIgnored) {
  RawUpstream proxy(Always(testing::HttpResponse(200, "{}")));
  RawUpstream upstream(Always(testing::HttpResponse(404, "{}")));
  constexpr const char* kNames[] = {"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy",
                                    "ALL_PROXY"};
  for (const char* name : kNames) setenv(name, proxy.Url("").c_str(), 1);
  {
    ClientHarness client;
    EXPECT_EQ(client.Ask(upstream.Url()), "404");
    EXPECT_EQ(client.Ask("https://nowhere.test/"), "kUnreachable");
  }
  for (const char* name : kNames) unsetenv(name);
  EXPECT_EQ(proxy.ConnectionCount(), 0);
}

class BodyLimitTest : public ::testing::Test {
 protected:
  static constexpr size_t kLimit = 1000;

  BodyLimitTest() : client_(Limited()) {}

  static TransferOptions Limited() {
    TransferOptions options = PatientOptions();
    options.max_body_bytes = kLimit;
    return options;
  }

  HttpResponse Answer(const std::string& bytes) {
    RawUpstream upstream(Always(bytes));
    return ResponseOf(client_.Send(upstream.Url()));
  }

  ClientHarness client_;
};

TEST_F(BodyLimitTest, ABodyAtTheLimitIsWhole) {
  const HttpResponse response = Answer(testing::HttpResponse(200, std::string(kLimit, 'x')));
  EXPECT_TRUE(response.body_complete);
  EXPECT_EQ(response.body, std::string(kLimit, 'x'));
}

TEST_F(BodyLimitTest, ABodyOnePastTheLimitIsCutWhateverTheStatus) {
  for (const int status : {200, 400, 503}) {
    const HttpResponse response =
        Answer(testing::HttpResponse(status, std::string(kLimit + 1, 'x')));
    EXPECT_EQ(response.status, status);
    EXPECT_FALSE(response.body_complete);
    EXPECT_LE(response.body.size(), kLimit);
  }
}

TEST_F(BodyLimitTest, CountsWhatComesInChunks) {
  std::string bytes = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (int i = 0; i < 10; ++i) bytes += "64\r\n" + std::string(100, 'x') + "\r\n";
  EXPECT_TRUE(Answer(bytes + "0\r\n\r\n").body_complete);
  EXPECT_FALSE(Answer(bytes + "1\r\nx\r\n0\r\n\r\n").body_complete);
}

TEST_F(BodyLimitTest, TheNextRequestIsSoundAfterOnePastTheLimit) {
  RawUpstream upstream([](const RawRequest& request, RawConnection& connection) {
    connection.Send(
        testing::HttpResponse(200, request.body == "big" ? std::string(5000, 'x') : "{}"));
  });
  EXPECT_EQ(client_.Ask(upstream.Url(), {.body = "big"}), "200 cut");
  const HttpResponse response = ResponseOf(client_.Send(upstream.Url()));
  EXPECT_TRUE(response.body_complete);
  EXPECT_EQ(response.body, "{}");
}

// Upstream must not be able to fill the memory with headers either. libcurl sees to that since 8.4,
// and Debian's 7.88.1 since its fix of CVE-2023-38039.
TEST(HeaderLimitTest, EndlessHeadersAreNoAnswer) {
  RawUpstream upstream([](const RawRequest&, RawConnection& connection) {
    connection.Send("HTTP/1.1 200 OK\r\n");
    const std::string line = "X-Filler: " + std::string(1000, 'x') + "\r\n";
    for (int i = 0; i < 10'000; ++i) connection.Send(line);  // 10 MB.
    connection.Send("Content-Length: 2\r\n\r\n{}");
  });
  ClientHarness client;
  EXPECT_EQ(client.Ask(upstream.Url()), "kConnectionLost sent");
}

}  // namespace
}  // namespace suprsend_gateway::http
