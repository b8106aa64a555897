#include "client/cli/json.h"

#include <google/protobuf/util/json_util.h>

#include <cctype>

#include "client/cpp/read_failure.h"
#include "gtest/gtest.h"
#include "suprsend/gateway/v1/workflow_service.pb.h"
#include "tests/unit/client/gateway_status.h"

namespace suprsend_gateway::cli {
namespace {

using client::CancelReply;
using client::GatewayStatus;

// The document without white space; no value of these tests has any.
std::string Packed(const std::string& json) {
  std::string packed;
  for (const char c : json) {
    if (!std::isspace(static_cast<unsigned char>(c))) packed.push_back(c);
  }
  return packed;
}

FailureJson ToJson(const GatewayStatus& status) {
  return FailureToJson(client::ReadFailure(status.Build(), ""));
}

TEST(ReplyJsonTest, PrintsEveryField) {
  const std::string json = *ReplyToJson({.execution_ids = {"a", "b\n\"\xC3\xA9"},
                                         .execution_ids_may_be_incomplete = true,
                                         .cancelled_count = 3});
  EXPECT_EQ(Packed(json), R"({"executionIds":["a","b\n\")"
                          "\xC3\xA9"
                          R"("],"executionIdsMayBeIncomplete":true,"cancelledCount":"3"})");
  EXPECT_EQ(json.back(), '\n');
  suprsend::gateway::v1::CancelWorkflowResponse parsed;
  EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(json, &parsed).ok());
  EXPECT_EQ(parsed.cancelled_count(), 3);
}

TEST(ReplyJsonTest, PrintsFieldsAtTheirDefault) {
  EXPECT_EQ(Packed(*ReplyToJson(CancelReply{})),
            R"({"executionIds":[],"executionIdsMayBeIncomplete":false,"cancelledCount":"0"})");
}

TEST(FailureJsonTest, WritesOurDetailsOutUnderTheirPublishedNames) {
  const FailureJson json = ToJson(GatewayStatus(grpc::StatusCode::UNAVAILABLE, "down")
                                      .AddErrorInfo("UPSTREAM_UNAVAILABLE", "NOT_APPLIED")
                                      .AddViolation("f", "d")
                                      .AddRetryDelay(1, 500'000'000)
                                      .AddRequestId("r"));
  EXPECT_EQ(json.left_out, 0);
  const std::string packed = Packed(json.document);
  // A map has no order: either is right.
  const bool is_sorted = packed.find(R"({"attempts":"1","outcome":)") != std::string::npos;
  const std::string metadata = is_sorted ? R"("attempts":"1","outcome":"NOT_APPLIED")"
                                         : R"("outcome":"NOT_APPLIED","attempts":"1")";
  EXPECT_EQ(packed,
            R"({"code":14,"message":"down","details":[)"
            R"({"@type":"type.googleapis.com/google.rpc.ErrorInfo",)"
            R"("reason":"UPSTREAM_UNAVAILABLE","domain":"suprsend-gateway","metadata":{)" +
                metadata +
                R"(}},)"
                R"({"@type":"type.googleapis.com/google.rpc.BadRequest",)"
                R"("fieldViolations":[{"field":"f","description":"d"}]},)"
                R"({"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"1.500s"},)"
                R"({"@type":"type.googleapis.com/google.rpc.RequestInfo",)"
                R"("requestId":"r","servingData":""}]})");
  EXPECT_EQ(json.document.back(), '\n');
}

TEST(FailureJsonTest, StatusWithoutDetailsIsADocumentToo) {
  const FailureJson json =
      FailureToJson(client::ReadFailure(grpc::Status(grpc::StatusCode::UNAVAILABLE, "m\xFF"), ""));
  EXPECT_EQ(Packed(json.document), "{\"code\":14,\"message\":\"m\xEF\xBF\xBD\",\"details\":[]}");
  EXPECT_EQ(json.left_out, 0);
}

TEST(FailureJsonTest, LocalFailureHasItsDetails) {
  const FailureJson json = FailureToJson(client::LocalFailure(
      grpc::StatusCode::INVALID_ARGUMENT, "INVALID_FILTER", "m", {{"recipients", "d"}}));
  EXPECT_NE(json.document.find("INVALID_FILTER"), std::string::npos);
  EXPECT_NE(json.document.find("\"field\": \"recipients\""), std::string::npos);
}

TEST(FailureJsonTest, UnreadableDetailsAreLeftOutAndCounted) {
  const FailureJson json =
      ToJson(GatewayStatus(grpc::StatusCode::UNAVAILABLE, "m")
                 .Add("type.googleapis.com/example.Unknown", "x")
                 .AddErrorInfo("UPSTREAM_UNAVAILABLE", "NOT_APPLIED")
                 .Add(std::string(client::kGoogleTypes) + "DebugInfo", "")
                 .Add(std::string(client::kGoogleTypes) + "RequestInfo", "\xFF\xFF")
                 .Add("example.com/google.rpc.RequestInfo", ""));
  EXPECT_EQ(json.left_out, 4);
  EXPECT_NE(json.document.find("UPSTREAM_UNAVAILABLE"), std::string::npos);
  EXPECT_EQ(json.document.find("example.Unknown"), std::string::npos);
}

}  // namespace
}  // namespace suprsend_gateway::cli
