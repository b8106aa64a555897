#include <gtest/gtest.h>

#include "readme_policy.h"
#include "service/policy/parse_policy.h"

namespace suprsend_gateway::policy {
namespace {

TEST(ReadmeTest, ItsPolicyIsOneAndMeansWhatItSays) {
  const auto policy = ParsePolicy(kReadmePolicy);
  ASSERT_TRUE(policy.ok()) << policy.status();
  const auto& callers = policy->callers;
  ASSERT_TRUE(callers.contains("spiffe://prod/ns/billing/sa/api"));
  ASSERT_TRUE(callers.contains("support.internal"));

  const CallerRules& billing = callers.at("spiffe://prod/ns/billing/sa/api");
  CallShape call{.workflow_slug = "invoice-reminder", .recipients = 1};
  EXPECT_EQ(Refusal(*policy, billing, call), std::nullopt);
  call.workflow_slug = "order-confirmation";
  EXPECT_NE(Refusal(*policy, billing, call), std::nullopt);
  call.workflow_slug.reset();
  EXPECT_NE(Refusal(*policy, billing, call), std::nullopt);

  const CallerRules& support = callers.at("support.internal");
  EXPECT_EQ(Refusal(*policy, support, {.has_execution_id = true}), std::nullopt);
  EXPECT_NE(Refusal(*policy, support, {.recipients = 1}), std::nullopt);
}

}  // namespace
}  // namespace suprsend_gateway::policy
