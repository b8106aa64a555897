// Every HTTP status that upstream can answer with, against the design's table, written here a
// second time on purpose.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "tests/support/gateway.h"
#include "tests/support/gateway_client.h"
#include "tests/support/raw_upstream.h"

namespace suprsend_gateway::testing {
namespace {

using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::Ge;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Le;
using ::testing::Not;

struct Body {
  std::string name;
  std::string content_type;
  std::string text;
  bool is_html = false;
  // Has `code`, `error_code` or `error`.
  bool is_suprsend_error = false;
};

const std::vector<Body>& Bodies() {
  static const std::vector<Body> bodies = {
      {"code and message", "application/json", R"({"code":4711,"message":"no such thing"})", false,
       true},
      {"error_code", "application/json",
       R"({"code":4711,"error_code":"E","type":"t","message":"no such thing","detail":"d"})", false,
       true},
      {"status and message", "application/json", R"({"status":"fail","message":"no such thing"})"},
      {"nested error", "application/json",
       R"({"status":"error","error":{"message":"no such thing","type":"t"}})", false, true},
      {"HTML", "text/html; charset=utf-8", "<html><body><h1>no such thing</h1></body></html>",
       true},
      {"text", "text/plain", "Not Authenticated - could not find Workspace details"},
      {"empty", "application/json", ""}};
  return bodies;
}

std::string Expected(int status, const Body& body) {
  switch (status) {
    case 301:
    case 307:
    case 308:
      return "INTERNAL/UPSTREAM_REDIRECT/NOT_APPLIED";
    case 400:
    case 422:
      return body.is_html ? "INTERNAL/UPSTREAM_MISCONFIGURED/NOT_APPLIED"
                          : "INVALID_ARGUMENT/UPSTREAM_REJECTED/NOT_APPLIED";
    case 401:
    case 403:
      return "INTERNAL/UPSTREAM_CREDENTIALS_REJECTED/NOT_APPLIED";
    case 404:
      return body.is_suprsend_error ? "NOT_FOUND/UPSTREAM_NOT_FOUND/NOT_APPLIED"
                                    : "INTERNAL/UPSTREAM_MISCONFIGURED/NOT_APPLIED";
    case 405:
    case 406:
    case 407:
    case 411:
    case 415:
    case 431:
      return "INTERNAL/UPSTREAM_MISCONFIGURED/NOT_APPLIED";
    case 408:
    case 504:
      return "DEADLINE_EXCEEDED/UPSTREAM_TIMEOUT/UNKNOWN";
    case 409:
      return "ABORTED/UPSTREAM_CONFLICT/NOT_APPLIED";
    case 413:
      return "INVALID_ARGUMENT/REQUEST_TOO_LARGE/NOT_APPLIED";
    case 421:
    case 425:
    case 503:
      return "UNAVAILABLE/UPSTREAM_UNAVAILABLE/NOT_APPLIED";
    case 429:
      return "RESOURCE_EXHAUSTED/UPSTREAM_RATE_LIMITED/NOT_APPLIED";
    case 501:
      return "UNIMPLEMENTED/UPSTREAM_MISCONFIGURED/NOT_APPLIED";
    default:
      break;
  }
  // None of the bodies is a valid answer to a cancel.
  if (status < 300) return "UNKNOWN/UPSTREAM_BAD_REPLY/UNKNOWN";
  if (status < 400) return "UNKNOWN/UPSTREAM_REDIRECT/UNKNOWN";
  if (status < 500) return "FAILED_PRECONDITION/UPSTREAM_REJECTED/NOT_APPLIED";
  return "UNKNOWN/UPSTREAM_ERROR/UNKNOWN";
}

class StatusTest : public ::testing::Test {
 protected:
  CallReply CallAndCheck(const std::string& response, int status, const std::string& verdict) {
    upstream_.SetScript(Always(response));
    upstream_.ForgetRequests();
    const CallReply reply = client_.Cancel({.recipients = {"ann@example.com"}});
    EXPECT_EQ(reply.Verdict(), verdict) << reply;
    EXPECT_EQ(reply.domain, "suprsend-gateway");
    EXPECT_EQ(reply.Metadata("attempts"), "1");
    EXPECT_EQ(reply.Metadata("http_status"), std::to_string(status));
    EXPECT_THAT(reply.violations, IsEmpty());
    EXPECT_THAT(reply.strange_details, IsEmpty());
    EXPECT_FALSE(reply.message.empty());
    EXPECT_FALSE(reply.request_id.empty());
    EXPECT_EQ(reply.Trailer("x-request-id"), reply.request_id);
    if (reply.Metadata("outcome") == "UNKNOWN") {
      EXPECT_EQ(reply.Trailer("grpc-retry-pushback-ms"), "-1");
    }
    EXPECT_EQ(upstream_.RequestCount(), 1U);

    const std::optional<CallRecord> record = gateway_.WaitForRecord(reply.request_id);
    EXPECT_TRUE(record.has_value());
    if (record.has_value()) {
      EXPECT_EQ(record->Verdict(), verdict);
      EXPECT_EQ(record->http_status, status);
      EXPECT_EQ(record->attempts, 1);
    }
    return reply;
  }

  RawUpstream upstream_{Always("")};
  Gateway gateway_{upstream_.Url()};
  GatewayClient client_{gateway_.address()};
};

// Statuses whose reply has no body by definition.
bool HasNoBody(int status) { return status == 204 || status == 304; }

// The words of upstream that may be shown.
void ExpectUpstreamsWords(const CallReply& reply, int status, const Body& body) {
  const std::string shown = reply.Metadata("upstream_message");
  const std::set<int> showing = {400, 404, 409, 422};
  if (!showing.contains(status)) {
    EXPECT_EQ(shown, "");
  } else if (body.content_type == "application/json" && !body.text.empty()) {
    EXPECT_EQ(shown, "no such thing");
  }
  EXPECT_THAT(reply.message, Not(HasSubstr("no such thing")));
  EXPECT_THAT(shown, Not(HasSubstr("<")));
}

TEST_F(StatusTest, EveryStatusWithEveryShapeOfErrorBody) {
  for (const Body& body : Bodies()) {
    for (int status = 200; status <= 599; ++status) {
      SCOPED_TRACE(std::to_string(status) + " with " + body.name);
      const std::string text = HasNoBody(status) ? "" : body.text;
      const CallReply reply = CallAndCheck(
          HttpResponse(status, text,
                       {"Content-Type: " + body.content_type, "Location: " + upstream_.Url("/x"),
                        "WWW-Authenticate: Basic realm=x", "Proxy-Authenticate: Basic realm=x"}),
          status, Expected(status, body));
      ExpectUpstreamsWords(reply, status, body);
      if (HasFailure()) return;
    }
  }
}

TEST_F(StatusTest, StatusesThatDoNotExist) {
  for (const int status : {600, 700, 999}) {
    SCOPED_TRACE(status);
    CallAndCheck(HttpResponse(status, R"({"execution_ids":["dsl_1"]})"), status,
                 "UNKNOWN/UPSTREAM_ERROR/UNKNOWN");
  }
}

TEST_F(StatusTest, EverySuccessWithAValidBodyIsOk) {
  for (int status = 200; status < 300; ++status) {
    if (HasNoBody(status)) continue;
    SCOPED_TRACE(status);
    upstream_.SetScript(Always(HttpResponse(status, R"({"execution_ids":["dsl_1","dsl_2"]})")));
    upstream_.ForgetRequests();
    const CallReply reply = client_.Cancel({.recipients = {"ann"}});
    EXPECT_TRUE(reply.ok()) << reply;
    EXPECT_EQ(reply.cancelled_count, 2);
    EXPECT_EQ(upstream_.RequestCount(), 1U);
  }
}

TEST_F(StatusTest, InterimRepliesArePassedOver) {
  upstream_.SetScript(
      Always("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" +
             HttpResponse(200, R"({"execution_ids":["dsl_1"]})")));
  const CallReply reply = client_.Cancel({.recipients = {"ann"}});
  EXPECT_TRUE(reply.ok()) << reply;
  EXPECT_EQ(reply.cancelled_count, 1);
  EXPECT_EQ(upstream_.RequestCount(), 1U);
}

// 429 comes last, and of it the one with a wait: from then on the gateway holds back.
TEST_F(StatusTest, RetryAfterIsHandedOn) {
  for (const auto& [status, verdict] :
       {std::pair{503, "UNAVAILABLE/UPSTREAM_UNAVAILABLE/NOT_APPLIED"},
        std::pair{429, "RESOURCE_EXHAUSTED/UPSTREAM_RATE_LIMITED/NOT_APPLIED"}}) {
    SCOPED_TRACE(status);
    for (const std::string value : {"", "soon", "-5", "1.5", "7 seconds"}) {
      SCOPED_TRACE("Retry-After: " + value);
      const CallReply odd =
          CallAndCheck(HttpResponse(status, "", {"Retry-After: " + value}), status, verdict);
      EXPECT_THAT(odd.retry_delay.value_or(std::chrono::milliseconds(0)).count(), Ge(0));
    }

    // A date long past is a wait of nothing, or none at all; never a negative one.
    const CallReply past = CallAndCheck(
        HttpResponse(status, "", {"Retry-After: Wed, 21 Oct 2015 07:28:00 GMT"}), status, verdict);
    EXPECT_THAT(past.retry_delay.value_or(std::chrono::milliseconds(0)).count(), Ge(0));

    const CallReply seconds =
        CallAndCheck(HttpResponse(status, "", {"Retry-After: 7"}), status, verdict);
    ASSERT_TRUE(seconds.retry_delay.has_value());
    EXPECT_EQ(seconds.retry_delay->count(), 7'000);
    EXPECT_EQ(seconds.Trailer("grpc-retry-pushback-ms"), "7000");
  }
}

TEST_F(StatusTest, ARetryAfterBeyondAllTimeIsAnAnswerToo) {
  const CallReply reply = CallAndCheck(HttpResponse(429, "", {"Retry-After: 99999999999999999999"}),
                                       429, "RESOURCE_EXHAUSTED/UPSTREAM_RATE_LIMITED/NOT_APPLIED");
  EXPECT_THAT(reply.retry_delay.value_or(std::chrono::milliseconds(0)).count(), Ge(0));
}

TEST_F(StatusTest, RetryAfterAsADate) {
  const std::time_t in_a_minute = std::time(nullptr) + 60;
  std::tm utc{};
  gmtime_r(&in_a_minute, &utc);
  char date[64];
  std::strftime(date, sizeof(date), "%a, %d %b %Y %H:%M:%S GMT", &utc);
  const CallReply reply = CallAndCheck(HttpResponse(429, "", {std::string("Retry-After: ") + date}),
                                       429, "RESOURCE_EXHAUSTED/UPSTREAM_RATE_LIMITED/NOT_APPLIED");
  ASSERT_TRUE(reply.retry_delay.has_value());
  EXPECT_THAT(reply.retry_delay->count(), AllOf(Ge(20'000), Le(60'000)));
}

// Envoy's own 503 where it lost the upstream.
TEST_F(StatusTest, Envoys503) {
  const std::string reset =
      "upstream connect error or disconnect/reset before headers. reset reason: ";
  for (const std::string reason : {"connection termination", "remote reset", "protocol error"}) {
    SCOPED_TRACE(reason);
    CallAndCheck(HttpResponse(503, reset + reason, {"Content-Type: text/plain"}), 503,
                 "UNKNOWN/UPSTREAM_CONNECTION_LOST/UNKNOWN");
  }
  for (const std::string reason : {"connection failure", "overflow"}) {
    SCOPED_TRACE(reason);
    CallAndCheck(HttpResponse(503, reset + reason, {"Content-Type: text/plain"}), 503,
                 "UNAVAILABLE/UPSTREAM_UNAVAILABLE/NOT_APPLIED");
  }
  CallAndCheck(HttpResponse(503, "no healthy upstream", {"Content-Type: text/plain"}), 503,
               "UNAVAILABLE/UPSTREAM_UNAVAILABLE/NOT_APPLIED");
}

TEST_F(StatusTest, UpstreamsMessageIsCutAndCleaned) {
  const CallReply clean = CallAndCheck(
      HttpResponse(400, "{\"code\":400,\"message\":\"line\\none\\u0000 \\u0085two\\u007f\"}"), 400,
      "INVALID_ARGUMENT/UPSTREAM_REJECTED/NOT_APPLIED");
  const std::string shown = clean.Metadata("upstream_message");
  EXPECT_THAT(shown, AllOf(HasSubstr("line"), HasSubstr("two")));
  for (const char* const control : {"\n", "\x7f", "\xc2\x85"}) {
    EXPECT_EQ(shown.find(control), std::string::npos);
  }
  EXPECT_EQ(shown.find('\0'), std::string::npos);

  std::string euros;
  for (int i = 0; i < 2'000; ++i) euros += "\u20ac";
  const CallReply cut = CallAndCheck(HttpResponse(422, R"({"message":")" + euros + R"("})"), 422,
                                     "INVALID_ARGUMENT/UPSTREAM_REJECTED/NOT_APPLIED");
  EXPECT_THAT(cut.Metadata("upstream_message").size(), AllOf(Ge(500U), Le(512U)));
}

TEST_F(StatusTest, HugeErrorBodiesDoNotMatter) {
  const std::string huge(9 * 1024 * 1024, 'x');
  for (const int status : {400, 404, 500, 503}) {
    SCOPED_TRACE(status);
    const Body body{"", "", "", false, true};
    CallAndCheck(
        HttpResponse(status, R"({"code":1,"message":")" + huge + R"("})"), status,
        // What stands beyond the limit is not read, so a 404 cannot be told to be SuprSend's.
        status == 404 ? "INTERNAL/UPSTREAM_MISCONFIGURED/NOT_APPLIED" : Expected(status, body));
  }
}

}  // namespace
}  // namespace suprsend_gateway::testing
