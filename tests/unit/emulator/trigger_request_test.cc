#include "tests/emulator/trigger_request.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace suprsend_gateway::emulator {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

template <typename Parsed>
std::string Refusal(const Parsed& parsed) {
  if (parsed.ok()) return "accepted";
  EXPECT_EQ(parsed.status().code(), absl::StatusCode::kInvalidArgument);
  return std::string(parsed.status().message());
}

std::string TriggerRefusal(const std::string& body) { return Refusal(ParseTriggerRequest(body)); }
std::string SeedRefusal(const std::string& text) { return Refusal(ParseSeedFile(text)); }

TEST(ParseTriggerRequestTest, EveryContactNamesTheRecipient) {
  const auto request = ParseTriggerRequest(R"({
    "workflow": "w", "data": {}, "$idempotency_key": "k", "tenant_id": "t",
    "recipients": ["plain", {
      "distinct_id": "id", "$email": ["a@b.c", "d@e.f"], "$sms": "+1", "$timezone": "Europe/Paris",
      "$slack": {"email": "s@b.c", "access_token": "xoxb"},
      "$androidpush": [{"token": "push", "provider": "fcm"}], "is_transient": true}]})");
  ASSERT_TRUE(request.ok()) << request.status();
  EXPECT_FALSE(request->bulk);
  ASSERT_EQ(request->triggers.size(), 1u);
  const Trigger& trigger = request->triggers[0];
  EXPECT_EQ(trigger.workflow_slug, "w");
  EXPECT_EQ(trigger.idempotency_key, "k");
  ASSERT_EQ(trigger.recipients.size(), 2u);
  EXPECT_EQ(trigger.recipients[0].json, R"("plain")");
  EXPECT_THAT(trigger.recipients[0].identifiers, ElementsAre("plain"));
  EXPECT_THAT(trigger.recipients[1].identifiers,
              ElementsAre("id", "a@b.c", "d@e.f", "+1", "s@b.c", "push"));
}

TEST(ParseTriggerRequestTest, ListAndOlderNames) {
  const auto request = ParseTriggerRequest(
      R"([{"workflow":"w","recipients":["a"],"data":{},"$idempotency_key":null},
          {"name":"n","users":[{"distinct_id":"b"}],"data":{}}])");
  ASSERT_TRUE(request.ok()) << request.status();
  EXPECT_TRUE(request->bulk);
  ASSERT_EQ(request->triggers.size(), 2u);
  EXPECT_EQ(request->triggers[0].idempotency_key, std::nullopt);
  EXPECT_EQ(request->triggers[1].workflow_slug, "n");
}

TEST(ParseTriggerRequestTest, RefusalsNameTheField) {
  EXPECT_THAT(TriggerRefusal("{"), HasSubstr("invalid JSON"));
  EXPECT_EQ(TriggerRefusal("7"), "the body must be an object");
  EXPECT_EQ(TriggerRefusal("[]"), "the body must not be an empty list");
  EXPECT_EQ(TriggerRefusal(R"({"recipients":["a"],"data":{}})"), "workflow is required");
  EXPECT_EQ(TriggerRefusal(R"({"workflow":"","recipients":["a"],"data":{}})"),
            "workflow must be a non-empty string");
  EXPECT_EQ(TriggerRefusal(R"({"workflow":"w","recipients":[],"data":{}})"),
            "recipients must be a list of at least one recipient");
  EXPECT_EQ(TriggerRefusal(R"({"workflow":"w","recipients":["a"]})"), "data must be an object");
  EXPECT_EQ(TriggerRefusal(R"({"workflow":"w","recipients":["a"],"data":{},)"
                           R"("$idempotency_key":""})"),
            "$idempotency_key must be a non-empty string");
  EXPECT_EQ(TriggerRefusal(R"([{"workflow":"w","recipients":["a",{}],"data":{}}])"),
            "[0].recipients[1] must be a non-empty string, or an object with a distinct_id or "
            "contact info");
  EXPECT_EQ(TriggerRefusal("[7]"), "[0] must be an object");
}

TEST(ParseSeedFileTest, Runs) {
  const auto runs = ParseSeedFile(
      R"([{"workflow_slug":"w","recipient":"a"},
          {"workflow_slug":"w","recipient":{"$email":"b"},"idempotency_key":"k",
           "execution_id":"e"}])");
  ASSERT_TRUE(runs.ok()) << runs.status();
  ASSERT_EQ(runs->size(), 2u);
  EXPECT_EQ((*runs)[0].execution_id, std::nullopt);
  EXPECT_EQ((*runs)[1].execution_id, "e");
  EXPECT_EQ((*runs)[1].idempotency_key, "k");
  EXPECT_THAT((*runs)[1].recipient.identifiers, ElementsAre("b"));
}

TEST(ParseSeedFileTest, RefusalsNameElementAndField) {
  EXPECT_EQ(SeedRefusal("{}"), "the file must be a list of runs");
  EXPECT_EQ(SeedRefusal("[1]"), "[0] must be an object");
  EXPECT_EQ(SeedRefusal(R"([{"recipient":"a"}])"), "[0].workflow_slug is required");
  EXPECT_EQ(SeedRefusal(R"([{"workflow_slug":"w"}])"), "[0].recipient is required");
  EXPECT_THAT(SeedRefusal(R"([{"workflow_slug":"w","recipient":"a","id":"e"}])"),
              HasSubstr("[0].id is unknown"));
}

}  // namespace
}  // namespace suprsend_gateway::emulator
