#include <gtest/gtest.h>

#include "service/suprsend/classify.h"

namespace suprsend_gateway::suprsend {
namespace {

using workflow::Failure;
using workflow::FailureKind;

struct Text {
  const char* name;
  std::string body;
  bool may_have_sent;
};

void PrintTo(const Text& text, std::ostream* out) { *out << text.name; }

// The texts that Envoy makes (source/common/router/router.cc), then what stands around them.
const std::string kReset = "upstream connect error or disconnect/reset before headers. ";

class Envoy503 : public testing::TestWithParam<Text> {};

TEST_P(Envoy503, IsReadForWhetherTheRequestWasSent) {
  const Failure failure =
      Classify(http::HttpResponse{.status = 503, .retry_after = "1", .body = GetParam().body}, {},
               absl::UnixEpoch());
  if (GetParam().may_have_sent) {
    EXPECT_EQ(failure.kind, FailureKind::kConnectionLost);
    EXPECT_EQ(failure.retry_after, std::nullopt);
  } else {
    EXPECT_EQ(failure.kind, FailureKind::kUnavailable);
    EXPECT_EQ(failure.retry_after, std::chrono::seconds(1));
  }
  EXPECT_EQ(failure.http_status, 503);
  EXPECT_EQ(failure.upstream_message, "");
}

INSTANTIATE_TEST_SUITE_P(
    NotSent, Envoy503,
    testing::Values(
        Text{"empty", "", false}, Text{"no_healthy_upstream", "no healthy upstream", false},
        Text{"suprsend", R"({"code":503,"message":"busy"})", false},
        Text{"html", "<html>503 Service Temporarily Unavailable</html>", false},
        Text{"connection_failure", kReset + "reset reason: connection failure", false},
        Text{"remote_connection_failure", kReset + "reset reason: remote connection failure",
             false},
        Text{"local_connection_failure", kReset + "reset reason: local connection failure", false},
        Text{"overflow", kReset + "reset reason: overflow", false},
        Text{"with_transport_failure",
             kReset + "reset reason: connection failure, transport failure reason: "
                      "delayed connect error: 111",
             false},
        Text{"remote_with_transport_failure",
             kReset + "reset reason: remote connection failure, transport failure reason: "
                      "TLS_error:|268435581:SSL routines",
             false},
        Text{"in_json",
             R"({"message":")" + kReset + R"(reset reason: connection failure","code":503})",
             false},
        Text{"with_a_line_end", kReset + "reset reason: overflow\r\n", false}),
    [](const auto& row) { return std::string(row.param.name); });

INSTANTIATE_TEST_SUITE_P(
    MayBeSent, Envoy503,
    testing::Values(
        Text{"connection_termination", kReset + "reset reason: connection termination", true},
        Text{"remote_reset", kReset + "reset reason: remote reset", true},
        Text{"local_reset", kReset + "reset reason: local reset", true},
        Text{"remote_refused", kReset + "reset reason: remote refused stream reset", true},
        Text{"local_refused", kReset + "reset reason: local refused stream reset", true},
        Text{"protocol_error", kReset + "reset reason: protocol error", true},
        Text{"http_1_protocol_error", kReset + "reset reason: http/1.1 protocol error", true},
        Text{"connect_error", kReset + "reset reason: remote error with CONNECT request", true},
        Text{"overload", kReset + "reset reason: overload manager", true},
        Text{"empty_reason", kReset + "reset reason: ", true},
        Text{"no_reason", "upstream connect error or disconnect/reset before headers", true},
        Text{"no_reason_with_dot", kReset, true},
        Text{"overflow_in_words", kReset + "reset reason: buffer overflow", true},
        Text{"termination_that_tells_of_failure",
             kReset + "reset reason: connection termination, transport failure reason: "
                      "connection failure",
             true},
        Text{"retried_then_failure",
             kReset + "retried and the latest reset reason: connection failure", true},
        Text{"retried_then_remote_failure",
             kReset + "retried and the latest reset reason: remote connection failure", true},
        Text{"retried_then_overflow", kReset + "retried and the latest reset reason: overflow",
             true},
        Text{"retried_then_termination",
             kReset + "retried and the latest reset reason: connection termination", true},
        Text{"in_json", R"({"message":")" + kReset + R"(reset reason: connection termination"})",
             true},
        Text{"in_capitals", "Upstream connect error or DISCONNECT/RESET BEFORE HEADERS.", true},
        Text{"json_with_an_escaped_slash",
             R"({"message":"disconnect\/reset before headers. reset reason: remote reset"})", true},
        Text{"deep_in_a_large_body",
             std::string(200'000, ' ') + kReset + "reset reason: connection termination", true}),
    [](const auto& row) { return std::string(row.param.name); });

// What is missing may be the sentence that tells.
TEST(Envoy, A503ThatIsCutMayHaveBeenSent) {
  for (const char* body : {"", "upstream connect error or disc", R"({"code":503,)"}) {
    const auto cut =
        Classify(http::HttpResponse{.status = 503, .body = body, .body_complete = false}, {},
                 absl::UnixEpoch());
    EXPECT_EQ(cut.kind, FailureKind::kConnectionLost) << body;
  }
  const auto told = Classify(
      http::HttpResponse{
          .status = 503, .body = kReset + "reset reason: overflow", .body_complete = false},
      {}, absl::UnixEpoch());
  EXPECT_EQ(told.kind, FailureKind::kUnavailable);
}

TEST(Envoy, IsAskedFor503Only) {
  const std::string body = kReset + "reset reason: connection termination";
  for (const int status : {400, 429, 500, 502, 504, 599}) {
    const auto with =
        Classify(http::HttpResponse{.status = status, .body = body}, {}, absl::UnixEpoch());
    const auto without = Classify(http::HttpResponse{.status = status}, {}, absl::UnixEpoch());
    EXPECT_EQ(with.kind, without.kind) << status;
  }
}

}  // namespace
}  // namespace suprsend_gateway::suprsend
