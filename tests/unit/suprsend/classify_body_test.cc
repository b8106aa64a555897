#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "service/suprsend/classify.h"

namespace suprsend_gateway::suprsend {
namespace {

using workflow::Failure;
using workflow::FailureKind;

Failure ClassifyAnswer(int status, std::string body, std::string content_type = "") {
  return Classify(
      http::HttpResponse{
          .status = status, .content_type = std::move(content_type), .body = std::move(body)},
      {"user_1"}, absl::UnixEpoch());
}

struct Body {
  const char* name;
  std::string body;
  std::string content_type;
  FailureKind expected;
};

void PrintTo(const Body& body, std::ostream* out) { *out << body.name; }

// 400 and 422: SuprSend's own refusal, unless a proxy's page stands in its place.
class BadRequestBody : public testing::TestWithParam<Body> {};

TEST_P(BadRequestBody, TellsSuprSendFromAProxy) {
  const Body& given = GetParam();
  EXPECT_EQ(ClassifyAnswer(400, given.body, given.content_type).kind, given.expected);
  EXPECT_EQ(ClassifyAnswer(422, given.body, given.content_type).kind, given.expected);
}

constexpr auto kRejected = FailureKind::kRejected;
constexpr auto kProxy = FailureKind::kMisconfigured;
INSTANTIATE_TEST_SUITE_P(
    Table, BadRequestBody,
    testing::Values(
        Body{"suprsend", R"({"code":400,"message":"m"})", "application/json", kRejected},
        Body{"fail", R"({"status":"fail","message":"m"})", "application/json", kRejected},
        Body{"bare_string", "no such filter", "text/plain", kRejected},
        Body{"json_string", R"("no such filter")", "application/json", kRejected},
        Body{"empty", "", "", kRejected}, Body{"not_json", "{", "application/json", kRejected},
        Body{"json_that_tells_of_html", R"({"message":"<html>"})", "", kRejected},
        Body{"html", "<html><h1>400</h1></html>", "text/html", kProxy},
        Body{"html_by_type", "Bad Request", "text/html; charset=utf-8", kProxy},
        Body{"html_by_type_in_capitals", "Bad Request", "TEXT/HTML", kProxy},
        Body{"xhtml", "Bad Request", "application/xhtml+xml", kProxy},
        Body{"html_without_type", "<!DOCTYPE html><title>400</title>", "", kProxy},
        Body{"html_after_white_space", "\r\n\t <html></html>", "", kProxy},
        Body{"html_after_bom", "\xEF\xBB\xBF<html></html>", "", kProxy},
        Body{"html_as_json", "<html></html>", "application/json", kProxy},
        Body{"large_html", "<html>" + std::string(200'000, ' '), "", kProxy}),
    [](const auto& row) { return std::string(row.param.name); });

// 404: the run or workflow is not there, or the endpoint is not.
class NotFoundBody : public testing::TestWithParam<Body> {};

TEST_P(NotFoundBody, TellsSuprSendFromAWrongAddress) {
  EXPECT_EQ(ClassifyAnswer(404, GetParam().body, GetParam().content_type).kind,
            GetParam().expected);
}

constexpr auto kNotFound = FailureKind::kNotFound;
INSTANTIATE_TEST_SUITE_P(
    Table, NotFoundBody,
    testing::Values(Body{"code", R"({"code":404,"message":"m"})", "", kNotFound},
                    Body{"error_code", R"({"error_code":"wf_404"})", "", kNotFound},
                    Body{"error", R"({"status":"error","error":{"message":"m"}})", "", kNotFound},
                    Body{"error_as_text", R"({"error":"m"})", "", kNotFound},
                    Body{"message_alone", R"({"status":"fail","message":"m"})", "", kProxy},
                    Body{"detail_alone", R"({"detail":"Not found."})", "", kProxy},
                    Body{"code_further_in", R"({"data":{"code":404}})", "", kProxy},
                    Body{"code_in_a_list", R"([{"code":404}])", "", kProxy},
                    Body{"word_in_a_string", R"("code")", "", kProxy},
                    Body{"cut", R"({"code":404,"mess)", "", kProxy}, Body{"empty", "", "", kProxy},
                    Body{"empty_object", "{}", "", kProxy},
                    Body{"plain", "404 page not found\n", "text/plain", kProxy},
                    Body{"html", "<html>404</html>", "text/html", kProxy}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(ClassifyBody, NeverShowsAProxysPage) {
  for (const int status : {400, 404, 409, 422}) {
    const Failure failure =
        ClassifyAnswer(status, "<html>10.0.0.7 secret-host</html>", "text/html");
    EXPECT_EQ(failure.upstream_message, "") << status;
    EXPECT_EQ(failure.upstream_code, "") << status;
  }
}

TEST(ClassifyBody, RedactsWhatTheCallerSubmitted) {
  const Failure failure =
      ClassifyAnswer(400, R"({"code":"user_1","message":"no run for \u0075ser_1"})");
  EXPECT_EQ(failure.upstream_message, "no run for [redacted]");
  EXPECT_EQ(failure.upstream_code, "");
}

TEST(ClassifyBody, ShowsNothingOfABodyThatWasCut) {
  const Failure failure = Classify(
      http::HttpResponse{
          .status = 400, .body = R"({"code":400,"message":"m"})", .body_complete = false},
      {}, absl::UnixEpoch());
  EXPECT_EQ(failure.kind, kRejected);
  EXPECT_EQ(failure.upstream_message, "");
  EXPECT_EQ(failure.upstream_code, "");
}

}  // namespace
}  // namespace suprsend_gateway::suprsend
