// What upstream may put into the body of a success, honest and hostile.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "tests/support/gateway.h"
#include "tests/support/gateway_client.h"
#include "tests/support/raw_upstream.h"

namespace suprsend_gateway::testing {
namespace {

using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::ElementsAre;
using ::testing::Gt;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Le;
using ::testing::Not;

constexpr char kBadReply[] = "UNKNOWN/UPSTREAM_BAD_REPLY/UNKNOWN";
constexpr char kLost[] = "UNKNOWN/UPSTREAM_CONNECTION_LOST/UNKNOWN";
constexpr size_t kMaxIdBytes = 3 * 1024 * 1024;

std::string Repeat(const std::string& text, size_t count) {
  std::string repeated;
  for (size_t i = 0; i < count; ++i) repeated += text;
  return repeated;
}

std::string ManyIds(size_t count) {
  std::string ids;
  for (size_t i = 0; i < count; ++i) {
    std::string number = std::to_string(i);
    number.insert(0, 7 - number.size(), '0');
    ids += (i == 0 ? "\"dsl_" : ",\"dsl_") + number + "\"";
  }
  return "{\"execution_ids\":[" + ids + "]}";
}

class ReplyBodyTest : public ::testing::Test {
 protected:
  CallReply CallWithReply(const std::string& response) { return CallWithScript(Always(response)); }

  CallReply CallWithScript(RawUpstream::Script script) {
    upstream_.SetScript(std::move(script));
    upstream_.ForgetRequests();
    CallReply reply = client_.Cancel({.recipients = {"ann"}});
    EXPECT_EQ(upstream_.RequestCount(), 1U);
    EXPECT_THAT(reply.strange_details, IsEmpty());
    EXPECT_FALSE(reply.Trailer("x-request-id").empty());
    if (!reply.ok()) {
      EXPECT_EQ(reply.Metadata("attempts"), "1");
    }
    if (reply.Metadata("outcome") == "UNKNOWN") {
      EXPECT_EQ(reply.Trailer("grpc-retry-pushback-ms"), "-1");
    }
    return reply;
  }

  RawUpstream upstream_{Always("")};
  Gateway gateway_{upstream_.Url()};
  GatewayClient client_{gateway_.address()};
};

TEST_F(ReplyBodyTest, ValidBodies) {
  const std::map<std::string, std::vector<std::string>> bodies = {
      {R"({"execution_ids":[]})", {}},
      {R"({"execution_ids":null})", {}},
      {R"({"execution_ids":["dsl_1","exec_2"]})", {"dsl_1", "exec_2"}},
      {" \r\n\t{ \"execution_ids\" : [ \"dsl_1\" ] } \n", {"dsl_1"}},
      {R"({"code":200,"more":{"x":[1,{}]},"execution_ids":["dsl_1"],"z":null})", {"dsl_1"}},
      {R"({"execution_ids":["\u00e9\ud83d\ude00"]})", {"\u00e9\U0001f600"}}};
  for (const auto& [body, ids] : bodies) {
    SCOPED_TRACE(body);
    const CallReply reply = CallWithReply(HttpResponse(200, body));
    EXPECT_TRUE(reply.ok()) << reply;
    EXPECT_EQ(reply.execution_ids, ids);
    EXPECT_EQ(reply.cancelled_count, static_cast<int64_t>(ids.size()));
    EXPECT_FALSE(reply.may_be_incomplete);
  }
}

TEST_F(ReplyBodyTest, TheContentTypeDoesNotMatter) {
  for (const std::string type : {"Content-Type: text/html", "Content-Type: ", "X-Other: y"}) {
    SCOPED_TRACE(type);
    EXPECT_TRUE(CallWithReply(HttpResponse(200, R"({"execution_ids":["dsl_1"]})", {type})).ok());
  }
}

TEST_F(ReplyBodyTest, BodiesThatAreNoAnswer) {
  const std::vector<std::string> bodies = {
      "",
      "{}",
      "[]",
      "null",
      "true",
      "\"dsl_1\"",
      R"(["dsl_1"])",
      R"({"execution_ids":"dsl_1"})",
      R"({"execution_ids":{}})",
      R"({"execution_ids":1})",
      R"({"execution_ids":[1]})",
      R"({"execution_ids":["dsl_1",null]})",
      R"({"execution_ids":[["dsl_1"]]})",
      R"({"Execution_Ids":["dsl_1"]})",
      R"({"execution_ids":["dsl_1"])",
      R"({"execution_ids":["dsl_1"]} trailing)",
      R"({"execution_ids":["dsl_1"]}{})",
      R"({"execution_ids":["dsl_1",]})",
      R"({'execution_ids':['dsl_1']})",
      "{\"execution_ids\":[\"\xff\"]}",
      "{\"execution_ids\":[\"\xed\xa0\x80\"]}",
      R"({"execution_ids":["\ud800"]})",
      R"({"code":400,"message":"at least one filter is required"})",
      "<html><body>It works!</body></html>",
      std::string("\0\0\0\0", 4),
      "\x1f\x8b\x08 not really gzip",
      "NaN",
      R"({"execution_ids":NaN})",
  };
  for (const std::string& body : bodies) {
    SCOPED_TRACE(body);
    const CallReply reply = CallWithReply(HttpResponse(200, body));
    EXPECT_EQ(reply.Verdict(), kBadReply) << reply;
    EXPECT_EQ(reply.Metadata("http_status"), "200");
    EXPECT_EQ(reply.Metadata("upstream_message"), "");
  }
}

TEST_F(ReplyBodyTest, DeepNestingIsNoDanger) {
  for (const size_t depth : {1'000UL, 1'000'000UL}) {
    SCOPED_TRACE(depth);
    EXPECT_EQ(CallWithReply(HttpResponse(200, Repeat("[", depth))).Verdict(), kBadReply);
    EXPECT_EQ(CallWithReply(HttpResponse(200, Repeat("{\"a\":", depth))).Verdict(), kBadReply);
    // Whole, and beside a good list: good or bad, but no crash.
    const CallReply whole = CallWithReply(HttpResponse(
        200, R"({"execution_ids":["dsl_1"],"x":)" + Repeat("[", depth) + Repeat("]", depth) + "}"));
    EXPECT_THAT(whole.Verdict(), AnyOf("OK//", kBadReply));
    EXPECT_EQ(CallWithReply(HttpResponse(400, Repeat("[", depth))).code, "INVALID_ARGUMENT");
  }
}

TEST_F(ReplyBodyTest, ARepeatedListIsNotTakenInPart) {
  // Which of two lists counts cannot be known.
  const CallReply reply =
      CallWithReply(HttpResponse(200, R"({"execution_ids":["dsl_1"],"execution_ids":[]})"));
  EXPECT_NE(reply.Verdict() + "/" + std::to_string(reply.cancelled_count), "OK///0") << reply;
}

TEST_F(ReplyBodyTest, NineMebibytesAreTooMuch) {
  const std::string body = ManyIds(9 * 1024 * 1024 / 14 + 1);
  ASSERT_GT(body.size(), 9U * 1024 * 1024);
  EXPECT_EQ(CallWithReply(HttpResponse(200, body)).Verdict(), kBadReply);
  // Without a length that tells.
  const CallReply until_close = CallWithScript(SendAndClose("HTTP/1.1 200 OK\r\n\r\n" + body));
  EXPECT_EQ(until_close.Verdict(), kBadReply);
}

TEST_F(ReplyBodyTest, AListPast3MiBIsCutAndSaysSo) {
  // 13 bytes an id in the message, 14 in the JSON.
  const size_t fits = kMaxIdBytes / 13;
  const CallReply whole = CallWithReply(HttpResponse(200, ManyIds(fits - 100)));
  EXPECT_TRUE(whole.ok()) << whole.code << whole.message;
  EXPECT_EQ(whole.execution_ids.size(), fits - 100);
  EXPECT_FALSE(whole.may_be_incomplete);

  const size_t many = 7 * 1024 * 1024 / 14;
  const CallReply cut = CallWithReply(HttpResponse(200, ManyIds(many)));
  EXPECT_TRUE(cut.ok()) << cut.code << cut.message;
  EXPECT_TRUE(cut.may_be_incomplete);
  EXPECT_EQ(cut.cancelled_count, static_cast<int64_t>(many));
  EXPECT_THAT(cut.body.size(), AllOf(Le(kMaxIdBytes + 64), Gt(kMaxIdBytes - 64)));
  ASSERT_FALSE(cut.execution_ids.empty());
  EXPECT_EQ(cut.execution_ids.front(), "dsl_0000000");
}

TEST_F(ReplyBodyTest, OneIdPast3MiBIsLeftOut) {
  const CallReply reply = CallWithReply(
      HttpResponse(200, R"({"execution_ids":[")" + std::string(5 * 1024 * 1024, 'x') + R"("]})"));
  EXPECT_TRUE(reply.ok()) << reply.code << reply.message;
  EXPECT_THAT(reply.execution_ids, IsEmpty());
  EXPECT_TRUE(reply.may_be_incomplete);
  EXPECT_EQ(reply.cancelled_count, 1);
}

TEST_F(ReplyBodyTest, Chunked) {
  const std::string head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  const CallReply good = CallWithReply(
      head + "11\r\n{\"execution_ids\":\r\n9;x=y\r\n[\"dsl_1\"]\r\n1\r\n}\r\n0\r\n\r\n");
  EXPECT_TRUE(good.ok()) << good;
  EXPECT_THAT(good.execution_ids, ElementsAre("dsl_1"));

  // The JSON is whole, the message is not.
  const std::string json = R"({"execution_ids":["dsl_1"]})";
  const CallReply no_end = CallWithScript(SendAndClose(head + "1b\r\n" + json + "\r\n"));
  EXPECT_THAT(no_end.Verdict(), AnyOf(kLost, kBadReply)) << no_end;

  const CallReply no_size = CallWithScript(SendAndClose(head + "zz\r\n" + json + "\r\n0\r\n\r\n"));
  EXPECT_THAT(no_size.Verdict(), AnyOf(kLost, kBadReply)) << no_size;
}

TEST_F(ReplyBodyTest, ABodyCutShort) {
  const std::string json = R"({"execution_ids":["dsl_1"]})";
  for (const size_t sent : {size_t{0}, json.size() / 2, json.size()}) {
    SCOPED_TRACE(sent);
    const CallReply reply = CallWithScript(
        SendAndClose("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + json.substr(0, sent)));
    EXPECT_THAT(reply.Verdict(), AnyOf(kLost, kBadReply)) << reply;
  }
}

TEST_F(ReplyBodyTest, RepliesThatAreNoHttp) {
  for (const char* bytes : {"garbage\r\n\r\n", "SSH-2.0-OpenSSH\r\n", "HTTP/1.1 abc\r\n\r\n",
                            "HTTP/9.9 200 OK\r\n\r\n", "\r\n\r\n\r\n", "HTTP/1.1 2"}) {
    SCOPED_TRACE(bytes);
    const CallReply reply = CallWithScript(SendAndClose(bytes));
    EXPECT_EQ(reply.code + "/" + reply.Metadata("outcome"), "UNKNOWN/UNKNOWN") << reply;
  }
}

TEST_F(ReplyBodyTest, HeadersWithoutEndAreCutOff) {
  const CallReply reply = CallWithScript([](const RawRequest&, RawConnection& connection) {
    connection.Send("HTTP/1.1 200 OK\r\n");
    const std::string lines = Repeat("X-Filler: " + std::string(1'000, 'f') + "\r\n", 64);
    for (int i = 0; i < 256; ++i) connection.Send(lines);
    connection.Close();
  });
  EXPECT_EQ(reply.code + "/" + reply.Metadata("outcome"), "UNKNOWN/UNKNOWN") << reply;
}

TEST_F(ReplyBodyTest, TheGatewayServesOnAfterEachOfThem) {
  EXPECT_EQ(CallWithReply("garbage\r\n\r\n").code, "UNKNOWN");
  const CallReply reply = CallWithReply(HttpResponse(200, R"({"execution_ids":["dsl_1"]})"));
  EXPECT_TRUE(reply.ok()) << reply;
}

}  // namespace
}  // namespace suprsend_gateway::testing
