#include "service/admission/retry_budget.h"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

namespace suprsend_gateway::admission {
namespace {

using Share = RetryBudget::Share;

std::vector<std::unique_ptr<Share>> Calls(RetryBudget& budget, int count) {
  std::vector<std::unique_ptr<Share>> calls;
  for (int i = 0; i < count; ++i) calls.push_back(std::make_unique<Share>(budget));
  return calls;
}

int CountRetries(const std::vector<std::unique_ptr<Share>>& calls) {
  int retries = 0;
  for (const auto& call : calls) retries += call->TakeRetry() ? 1 : 0;
  return retries;
}

TEST(RetryBudgetTest, AlwaysHasThreeAtOnce) {
  for (const int percent : {0, 20}) {
    RetryBudget budget(percent);
    auto calls = Calls(budget, 5);
    EXPECT_EQ(CountRetries(calls), 3);
  }
}

TEST(RetryBudgetTest, TellsHowManyAreUnderWayOfHowMany) {
  RetryBudget budget(20);
  EXPECT_EQ(budget.limit(), 3);
  auto calls = Calls(budget, 50);
  EXPECT_EQ(budget.retries(), 0);
  EXPECT_EQ(budget.limit(), 10);
  EXPECT_TRUE(calls[0]->TakeRetry());
  EXPECT_EQ(budget.retries(), 1);
}

TEST(RetryBudgetTest, IsFreeAgainWhenARetryingCallEnds) {
  RetryBudget budget(20);
  auto calls = Calls(budget, 3);
  EXPECT_EQ(CountRetries(calls), 3);
  Share another(budget);
  EXPECT_FALSE(another.TakeRetry());
  calls.pop_back();
  EXPECT_TRUE(another.TakeRetry());
}

TEST(RetryBudgetTest, ASecondRetryTakesThePlaceOfTheFirst) {
  RetryBudget budget(0);
  auto calls = Calls(budget, 3);
  EXPECT_EQ(CountRetries(calls), 3);
  EXPECT_EQ(CountRetries(calls), 3);
}

TEST(RetryBudgetTest, ARefusedCallHoldsNothing) {
  RetryBudget budget(0);
  auto calls = Calls(budget, 3);
  EXPECT_EQ(CountRetries(calls), 3);
  Share refused(budget);
  EXPECT_FALSE(refused.TakeRetry());
  EXPECT_FALSE(refused.TakeRetry());
  calls.clear();
  auto more = Calls(budget, 4);
  EXPECT_EQ(CountRetries(more), 3);
}

TEST(RetryBudgetTest, IsAPercentageOfTheCallsAtTheirFirstAttempt) {
  RetryBudget budget(20);
  auto first_attempts = Calls(budget, 100);
  auto failing = Calls(budget, 50);
  // 100 stay at their first attempt while the others fail one by one.
  EXPECT_GE(CountRetries(failing), 20);
  EXPECT_LE(CountRetries(failing), 30);
}

// A thousand calls that fail at the same moment, and whose retries fail too.
TEST(RetryBudgetTest, KeepsAttemptsUnderTheirShareInABurst) {
  RetryBudget budget(20);
  auto calls = Calls(budget, 1000);
  std::vector<std::unique_ptr<Share>> retrying;
  int retries = 0;
  for (auto& call : calls) {
    if (call->TakeRetry()) {
      ++retries;
      retrying.push_back(std::move(call));
    } else {
      call.reset();
    }
  }
  EXPECT_GT(retries, 100);
  for (auto& call : retrying) {
    if (call->TakeRetry()) ++retries;
    call.reset();
  }
  EXPECT_LE(retries, 200);
}

}  // namespace
}  // namespace suprsend_gateway::admission
