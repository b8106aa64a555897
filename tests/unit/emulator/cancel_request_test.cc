#include "tests/emulator/cancel_request.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace suprsend_gateway::emulator {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string Refusal(const std::string& body, bool accept_slug_alone = false) {
  const auto filter = ParseCancelRequest(body, accept_slug_alone);
  if (filter.ok()) return "accepted";
  EXPECT_EQ(filter.status().code(), absl::StatusCode::kInvalidArgument);
  return std::string(filter.status().message());
}

TEST(ParseCancelRequestTest, AllFilters) {
  const auto filter = ParseCancelRequest(
      R"({"execution_id":"e","recipients":["a","b"],"idempotency_key":"k","workflow_slug":"w"})",
      false);
  ASSERT_TRUE(filter.ok()) << filter.status();
  EXPECT_EQ(filter->execution_id, "e");
  ASSERT_TRUE(filter->recipients.has_value());
  EXPECT_THAT(*filter->recipients, ElementsAre("a", "b"));
  EXPECT_EQ(filter->idempotency_key, "k");
  EXPECT_EQ(filter->workflow_slug, "w");
}

TEST(ParseCancelRequestTest, AnAbsentFilterIsUnset) {
  const auto filter = ParseCancelRequest(R"({"execution_id":"e","other":1})", false);
  ASSERT_TRUE(filter.ok()) << filter.status();
  EXPECT_FALSE(filter->recipients || filter->idempotency_key || filter->workflow_slug);
}

TEST(ParseCancelRequestTest, NoFilterAndSlugAlone) {
  EXPECT_EQ(Refusal("{}"), kNoFilterMessage);
  EXPECT_EQ(Refusal("{}", true), kNoFilterMessage);
  EXPECT_EQ(Refusal(R"({"workflow_slug":"w"})"), kNoFilterMessage);
  EXPECT_EQ(Refusal(R"({"workflow_slug":"w"})", true), "accepted");
  EXPECT_EQ(Refusal(R"({"workflow_slug":"w","recipients":["a"]})"), "accepted");
}

TEST(ParseCancelRequestTest, WhatIsPresentMustBeAFilter) {
  for (const char* value : {R"("")", "null", "7", "true", R"(["a"])", "{}"}) {
    for (const char* name : {"execution_id", "idempotency_key", "workflow_slug"}) {
      const std::string body =
          std::string(R"({"recipients":["a"],")") + name + R"(":)" + value + "}";
      EXPECT_EQ(Refusal(body), std::string(name) + " must be a non-empty string") << body;
    }
  }
}

TEST(ParseCancelRequestTest, RecipientsMustBeAListOfStrings) {
  for (const char* value : {R"("a")", "[]", "null", "{}"}) {
    EXPECT_EQ(Refusal(std::string(R"({"execution_id":"e","recipients":)") + value + "}"),
              "recipients must be a non-empty list of strings");
  }
  for (const char* value : {R"(["a",""])", R"(["a",null])", R"(["a",["b"]])", R"(["a",1])"}) {
    EXPECT_EQ(Refusal(std::string(R"({"execution_id":"e","recipients":)") + value + "}"),
              "recipients[1] must be a non-empty string");
  }
}

TEST(ParseCancelRequestTest, RepeatedFieldIsRefused) {
  EXPECT_EQ(Refusal(R"({"execution_id":"a","execution_id":"b"})"),
            "execution_id is given more than once");
}

TEST(ParseCancelRequestTest, NoObject) {
  EXPECT_EQ(Refusal("[]"), "the body must be an object");
  EXPECT_THAT(Refusal(""), HasSubstr("invalid JSON at byte 0"));
  EXPECT_THAT(Refusal(R"({"execution_id":"e"} x)"), HasSubstr("invalid JSON"));
}

}  // namespace
}  // namespace suprsend_gateway::emulator
