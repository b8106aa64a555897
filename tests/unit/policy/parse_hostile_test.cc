#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "service/base/utf8.h"
#include "service/policy/parse_policy.h"

namespace suprsend_gateway::policy {
namespace {

using ::testing::HasSubstr;

// What each message holds to, whatever is in the file.
std::string MessageFor(const std::string& json) {
  const auto policy = ParsePolicy(json);
  if (policy.ok()) return "";
  std::string message(policy.status().message());
  EXPECT_TRUE(message.starts_with("line ") || json.size() > kMaxPolicyBytes) << message;
  EXPECT_LT(message.size(), 600U) << message;
  std::string_view rest = message;
  while (const std::optional<char32_t> c = base::TakeCodePoint(rest)) {
    EXPECT_FALSE(base::IsControl(*c)) << message;
  }
  EXPECT_TRUE(rest.empty()) << message;
  return message;
}

std::string Times(std::string_view text, size_t times) {
  std::string result;
  for (size_t i = 0; i < times; ++i) result.append(text);
  return result;
}

constexpr char kPolicy[] = R"({"allow_calls":true,"allow_open_calls":false,"callers":{"e\u0061":{
  "workflow_slugs":["a","b\ud83d\ude00"],"must_name_slug":true,"allow_open_calls":false,
  "allow_slug_alone":false,"max_recipients":10,"calls_per_second":0.5e1,"burst":20},"d":{}}})";

TEST(HostilePolicy, CutAnywhereIsNone) {
  const std::string whole = kPolicy;
  ASSERT_EQ(MessageFor(whole), "");
  for (size_t size = 0; size < whole.size(); ++size) {
    EXPECT_NE(MessageFor(whole.substr(0, size)), "") << size;
  }
}

TEST(HostilePolicy, AnyByteAnywhereIsNoCrash) {
  const std::string whole = kPolicy;
  for (size_t i = 0; i < whole.size(); ++i) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string changed = whole;
      changed[i] = static_cast<char>(byte);
      MessageFor(changed);
      MessageFor(whole.substr(0, i) + static_cast<char>(byte) + whole.substr(i));
    }
  }
}

TEST(HostilePolicy, NestingEndsWhereItBegins) {
  EXPECT_THAT(MessageFor(std::string(kMaxPolicyBytes, '[')), HasSubstr("column 1: must be"));
  EXPECT_THAT(MessageFor(Times(R"({"callers":)", 90000)),
              HasSubstr("there is no field \"callers\""));
  EXPECT_THAT(MessageFor(R"({"callers":{"c":{"workflow_slugs":)" + std::string(1000000, '[')),
              HasSubstr("column 36, callers[\"c\"].workflow_slugs[0]: must be"));
}

TEST(HostilePolicy, LongValuesAreCutInMessages) {
  const std::string text = Times("é", 200000);
  EXPECT_THAT(MessageFor("{\"" + text + "\":1}"), HasSubstr("ééé…; there are"));
  EXPECT_THAT(MessageFor("{\"callers\":{\"" + text + "\":{}}}"), HasSubstr("not \"ééé"));
  EXPECT_THAT(MessageFor("{\"callers\":{\"" + std::string(200000, 'e') + "\":{\"burst\":\"" + text +
                         "\"}}}"),
              HasSubstr("eee…].burst: must be a whole number"));
  EXPECT_THAT(MessageFor(R"({"callers":{"c":{"burst":)" + std::string(300, '9') + "}}}"),
              HasSubstr("999…"));
}

TEST(HostilePolicy, ControlsThatJsonAllowsAreEscapedInMessages) {
  EXPECT_THAT(MessageFor("{\"a\x7F\xC2\x9B\":1}"), HasSubstr(R"(no field "a\u007F\u009B";)"));
}

TEST(HostilePolicy, ManySlugsAreTaken) {
  std::string json = R"({"callers":{"c":{"workflow_slugs":["x")";
  for (int i = 0; i < 100000; ++i) json += ",\"" + std::to_string(i) + "\"";
  const auto policy = ParsePolicy(json + "]}}}");
  ASSERT_TRUE(policy.ok()) << policy.status();
  EXPECT_EQ(policy->callers.at("c").workflow_slugs->size(), 100001U);
}

}  // namespace
}  // namespace suprsend_gateway::policy
