#include "service/policy/parse_policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace suprsend_gateway::policy {
namespace {

using ::testing::ElementsAre;
using ::testing::Optional;

Policy Parsed(std::string_view json) {
  auto policy = ParsePolicy(json);
  EXPECT_TRUE(policy.ok()) << policy.status();
  return policy.ok() ? *std::move(policy) : Policy{};
}

// The rules of the only caller, with these fields.
CallerRules Rules(const std::string& fields) {
  const Policy policy = Parsed(R"({"callers":{"c":{)" + fields + "}}}");
  EXPECT_TRUE(policy.callers.contains("c"));
  return policy.callers.contains("c") ? policy.callers.at("c") : CallerRules{};
}

TEST(ParsePolicyTest, EveryFieldArrives) {
  const Policy policy = Parsed(R"({
    "allow_calls": false,
    "allow_open_calls": false,
    "callers": {
      "spiffe://prod/ns/billing/sa/api": {
        "workflow_slugs": ["a", "b"], "must_name_slug": true, "allow_open_calls": true,
        "allow_slug_alone": true, "max_recipients": 100, "calls_per_second": 50.5, "burst": 101
      },
      "billing.internal": {}
    }
  })");
  EXPECT_FALSE(policy.allow_calls);
  EXPECT_FALSE(policy.allow_open_calls);
  ASSERT_EQ(policy.callers.size(), 2U);
  const CallerRules& rules = policy.callers.at("spiffe://prod/ns/billing/sa/api");
  EXPECT_THAT(rules.workflow_slugs, Optional(ElementsAre("a", "b")));
  EXPECT_TRUE(rules.must_name_slug);
  EXPECT_TRUE(rules.allow_open_calls);
  EXPECT_TRUE(rules.allow_slug_alone);
  EXPECT_EQ(rules.max_recipients, 100U);
  EXPECT_EQ(rules.quota, (Quota{.calls_per_second = 50.5, .burst = 101}));
}

TEST(ParsePolicyTest, WhatIsLeftOutIsStrictForOneAndOpenForAll) {
  const Policy policy = Parsed(R"({"callers":{"c":{}}})");
  EXPECT_TRUE(policy.allow_calls);
  EXPECT_TRUE(policy.allow_open_calls);
  const CallerRules& rules = policy.callers.at("c");
  EXPECT_EQ(rules.workflow_slugs, std::nullopt);
  EXPECT_FALSE(rules.must_name_slug);
  EXPECT_FALSE(rules.allow_open_calls);
  EXPECT_FALSE(rules.allow_slug_alone);
  EXPECT_EQ(rules.max_recipients, std::nullopt);
  EXPECT_EQ(rules.quota, std::nullopt);
}

TEST(ParsePolicyTest, EachSwitchIsItsOwn) {
  EXPECT_FALSE(Parsed(R"({"allow_calls":false,"callers":{}})").allow_calls);
  EXPECT_TRUE(Parsed(R"({"allow_calls":false,"callers":{}})").allow_open_calls);
  EXPECT_TRUE(Parsed(R"({"callers":{},"allow_open_calls":false})").allow_calls);
  EXPECT_FALSE(Parsed(R"({"callers":{},"allow_open_calls":false})").allow_open_calls);
  EXPECT_TRUE(Rules(R"("must_name_slug":true)").must_name_slug);
  EXPECT_FALSE(Rules(R"("must_name_slug":true)").allow_open_calls);
  EXPECT_TRUE(Rules(R"("allow_open_calls":true)").allow_open_calls);
  EXPECT_FALSE(Rules(R"("allow_open_calls":true)").allow_slug_alone);
  const std::string both = R"("allow_slug_alone":true,"allow_open_calls":true)";
  EXPECT_TRUE(Rules(both).allow_slug_alone);
  EXPECT_FALSE(Rules(both).must_name_slug);
}

TEST(ParsePolicyTest, ACallerHasNothingOfTheOneBefore) {
  const Policy policy = Parsed(R"({"callers":{
    "a": {"workflow_slugs": ["w"], "must_name_slug": true, "allow_open_calls": true,
          "allow_slug_alone": true, "max_recipients": 1, "calls_per_second": 1, "burst": 2},
    "b": {},
    "c": {"burst": 3, "calls_per_second": 4}}})");
  const CallerRules& rules = policy.callers.at("b");
  EXPECT_EQ(rules.workflow_slugs, std::nullopt);
  EXPECT_FALSE(rules.must_name_slug || rules.allow_open_calls || rules.allow_slug_alone);
  EXPECT_EQ(rules.max_recipients, std::nullopt);
  EXPECT_EQ(rules.quota, std::nullopt);
  EXPECT_EQ(policy.callers.at("c").quota, (Quota{.calls_per_second = 4, .burst = 3}));
}

TEST(ParsePolicyTest, NobodyMayBeNamed) {
  EXPECT_TRUE(Parsed(R"({"callers":{}})").callers.empty());
  EXPECT_TRUE(Parsed(" \r\n\t{ \"callers\" : { } } \n").callers.empty());
}

TEST(ParsePolicyTest, BurstIsTheRateRoundedUpWhereItIsLeftOut) {
  const auto burst = [](const std::string& rate) {
    return Rules("\"calls_per_second\":" + rate).quota.value_or(Quota{}).burst;
  };
  EXPECT_EQ(burst("0.001"), 1);
  EXPECT_EQ(burst("1"), 1);
  EXPECT_EQ(burst("1.01"), 2);
  EXPECT_EQ(burst("50"), 50);
  EXPECT_EQ(burst("1000000000"), 1'000'000'000);
}

TEST(ParsePolicyTest, NumbersAreTakenUpToTheirLimits) {
  EXPECT_EQ(Rules(R"("max_recipients":0)").max_recipients, 0U);
  EXPECT_EQ(Rules(R"("max_recipients":1000000000)").max_recipients, 1'000'000'000U);
  EXPECT_EQ(Rules(R"("burst":1,"calls_per_second":1e9)").quota,
            (Quota{.calls_per_second = 1e9, .burst = 1}));
  EXPECT_EQ(Rules(R"("burst":1000000000,"calls_per_second":1E-3)").quota,
            (Quota{.calls_per_second = 0.001, .burst = 1'000'000'000}));
}

TEST(ParsePolicyTest, NamesAreKeptByteForByte) {
  const Policy policy = Parsed(
      R"({"callers":{"C\u0061f:\/\"x\"~!":{"workflow_slugs":["\u00e9/1 ","É/1 ","\ud83d\ude00"]}}})");
  ASSERT_TRUE(policy.callers.contains("Caf:/\"x\"~!"));
  EXPECT_THAT(policy.callers.at("Caf:/\"x\"~!").workflow_slugs,
              Optional(ElementsAre("é/1 ", "É/1 ", "😀")));
}

TEST(ParsePolicyTest, TwoCallersMayNameTheSameSlug) {
  EXPECT_EQ(Parsed(R"({"callers":{"a":{"workflow_slugs":["w"]},"b":{"workflow_slugs":["w"]}}})")
                .callers.size(),
            2U);
}

TEST(ParsePolicyTest, IsTakenUpToItsLimit) {
  std::string json = R"({"callers":{"c":{}}})";
  json.resize(kMaxPolicyBytes, ' ');
  EXPECT_EQ(Parsed(json).callers.size(), 1U);
  json.push_back(' ');
  EXPECT_EQ(std::string(ParsePolicy(json).status().message()),
            "is longer than 1048576 bytes, the most that is allowed");
}

TEST(ParsePolicyTest, TakesThousandsOfCallers) {
  std::string json = R"({"callers":{)";
  for (int i = 0; i < 5000; ++i) {
    json += (i > 0 ? ",\n\"" : "\"") + std::to_string(i) + R"(.internal":{"max_recipients":)" +
            std::to_string(i) + "}";
  }
  const Policy policy = Parsed(json + "}}");
  EXPECT_EQ(policy.callers.size(), 5000U);
  EXPECT_EQ(policy.callers.at("4999.internal").max_recipients, 4999U);
}

}  // namespace
}  // namespace suprsend_gateway::policy
