#include "tests/emulator/fault.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace suprsend_gateway::emulator {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

std::string Refusal(const std::string& text) {
  const auto faults = ParseFaults(text);
  if (faults.ok()) return "accepted";
  EXPECT_EQ(faults.status().code(), absl::StatusCode::kInvalidArgument);
  return std::string(faults.status().message());
}

Fault Parsed(const std::string& object) {
  auto faults = ParseFaults("[" + object + "]");
  EXPECT_TRUE(faults.ok()) << faults.status();
  return faults.ok() ? faults->front() : Fault{};
}

TEST(ParseFaultsTest, EveryField) {
  const Fault fault = Parsed(R"({"path":"/p","body_contains":"b","times":2,"delay_ms":5,
      "status":503,"headers":{"Retry-After":"1","content-type":"text/html"},"body":"ab",
      "body_size":4,"apply":true})");
  EXPECT_EQ(fault.path, "/p");
  EXPECT_EQ(fault.body_contains, "b");
  EXPECT_EQ(fault.times, 2);
  EXPECT_EQ(fault.delay, milliseconds(5));
  ASSERT_TRUE(fault.reply.has_value());
  EXPECT_EQ(fault.reply->status, 503);
  EXPECT_THAT(fault.reply->headers,
              ElementsAre(Pair("Retry-After", "1"), Pair("content-type", "text/html")));
  EXPECT_EQ(fault.reply->body, "ab  ");
  EXPECT_TRUE(fault.apply);
  EXPECT_EQ(fault.drop, Drop::kNever);
}

TEST(ParseFaultsTest, Defaults) {
  const Fault fault = Parsed(R"({"body":"<"})");
  EXPECT_EQ(fault.path, std::nullopt);
  EXPECT_EQ(fault.times, std::nullopt);
  ASSERT_TRUE(fault.reply.has_value());
  EXPECT_EQ(fault.reply->status, 200);
  EXPECT_THAT(fault.reply->headers, ElementsAre(Pair("Content-Type", "application/json")));
  EXPECT_FALSE(fault.apply);
  EXPECT_FALSE(Parsed(R"({"delay_ms":1})").reply.has_value());
  EXPECT_EQ(Parsed(R"({"drop":"before"})").drop, Drop::kBeforeApplying);
  EXPECT_EQ(Parsed(R"({"drop":"after"})").drop, Drop::kAfterApplying);
}

TEST(ParseFaultsTest, BodyKeepsItsBytes) {
  EXPECT_EQ(Parsed("{\"body\":\"\xff\\u0000\"}").reply->body, std::string("\xff\0", 2));
}

TEST(ParseFaultsTest, LimitsOfNumbers) {
  for (const char* good : {R"([{"status":200}])", R"([{"status":999}])", R"([{"delay_ms":0}])",
                           R"([{"delay_ms":600000}])", R"([{"times":1,"status":500}])",
                           R"([{"body_size":67108864}])", "[]"}) {
    EXPECT_EQ(Refusal(good), "accepted") << good;
  }
  EXPECT_EQ(Refusal(R"([{"status":199}])"), "faults[0].status must be an integer from 200 to 999");
  EXPECT_THAT(Refusal(R"([{"status":1000}])"), HasSubstr("faults[0].status must be"));
  EXPECT_THAT(Refusal(R"([{"status":"500"}])"), HasSubstr("faults[0].status must be"));
  EXPECT_THAT(Refusal(R"([{"delay_ms":600001}])"), HasSubstr("faults[0].delay_ms must be"));
  EXPECT_THAT(Refusal(R"([{"delay_ms":-1}])"), HasSubstr("faults[0].delay_ms must be"));
  EXPECT_THAT(Refusal(R"([{"times":0,"status":500}])"), HasSubstr("faults[0].times must be"));
  EXPECT_THAT(Refusal(R"([{"body_size":67108865}])"), HasSubstr("faults[0].body_size must be"));
}

TEST(ParseFaultsTest, RefusalsNameElementAndField) {
  EXPECT_EQ(Refusal("{}"), "the body must be a list of faults");
  EXPECT_EQ(Refusal(R"([{"status":500},7])"), "faults[1] must be an object");
  EXPECT_THAT(Refusal(R"([{"stauts":500}])"), HasSubstr("faults[0].stauts is unknown"));
  EXPECT_EQ(Refusal(R"([{"status":500,"status":501}])"),
            "faults[0].status is given more than once");
  EXPECT_THAT(Refusal(R"([{"path":"p","status":500}])"), HasSubstr("faults[0].path must"));
  EXPECT_THAT(Refusal(R"([{"body_contains":1,"status":500}])"),
              HasSubstr("[0].body_contains must"));
  EXPECT_THAT(Refusal(R"([{"body":1}])"), HasSubstr("faults[0].body must be a string"));
  EXPECT_THAT(Refusal(R"([{"headers":["a"]}])"), HasSubstr("faults[0].headers must be"));
  EXPECT_THAT(Refusal(R"([{"headers":{"a":"b\r\nc: d"}}])"), HasSubstr("control characters"));
  EXPECT_THAT(Refusal(R"([{"headers":{"a b":"c"}}])"), HasSubstr("faults[0].headers must be"));
  EXPECT_THAT(Refusal(R"([{"headers":{"content-length":"1"}}])"), HasSubstr("Content-Length"));
  EXPECT_THAT(Refusal(R"([{"drop":true}])"), HasSubstr("faults[0].drop must be"));
  EXPECT_THAT(Refusal(R"([{"apply":1,"status":500}])"), HasSubstr("faults[0].apply must be"));
}

TEST(ParseFaultsTest, RulesBetweenFields) {
  EXPECT_THAT(Refusal(R"([{"drop":"after","status":500}])"), HasSubstr("faults[0].drop cannot"));
  EXPECT_THAT(Refusal(R"([{"delay_ms":1,"apply":true}])"), HasSubstr("faults[0].apply needs"));
  EXPECT_THAT(Refusal(R"([{"path":"/p"}])"), HasSubstr("faults[0] does nothing"));
  EXPECT_THAT(Refusal(R"([{"body":"abc","body_size":2}])"), HasSubstr("faults[0].body_size must"));
}

TEST(FaultListTest, FirstThatMatchesUntilItsTimesAreUp) {
  FaultList faults;
  faults.Replace({{.path = "/p", .times = 2}, {.body_contains = "user"}});

  EXPECT_EQ(faults.Take("/p", "user")->index, 0u);
  EXPECT_FALSE(faults.Take("/q", "other").has_value());
  EXPECT_EQ(faults.Take("/p", "")->index, 0u);
  EXPECT_FALSE(faults.Take("/p", "").has_value());
  EXPECT_EQ(faults.Take("/p", "a user b")->index, 1u);
  EXPECT_EQ(faults.Take("/q", "a user b")->index, 1u);
}

TEST(FaultListTest, ThePathIsComparedWhole) {
  FaultList faults;
  faults.Replace({{.path = "/p/"}});
  EXPECT_FALSE(faults.Take("/p", "").has_value());
  EXPECT_FALSE(faults.Take("/p/q", "").has_value());
}

TEST(FaultListTest, ReplaceStartsCountsAnew) {
  FaultList faults;
  faults.Replace({{.times = 1}});
  EXPECT_TRUE(faults.Take("/", "").has_value());
  faults.Replace({{.times = 1}});
  EXPECT_TRUE(faults.Take("/", "").has_value());
  faults.Replace({});
  EXPECT_FALSE(faults.Take("/", "").has_value());
}

}  // namespace
}  // namespace suprsend_gateway::emulator
