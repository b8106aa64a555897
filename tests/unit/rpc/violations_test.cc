#include "service/rpc/violations.h"

#include <gtest/gtest.h>

namespace suprsend_gateway::rpc {
namespace {

using workflow::FailureKind;

TEST(Violations, AreNoneAtFirst) {
  const Violations violations;
  EXPECT_TRUE(violations.empty());
  EXPECT_EQ(violations.count(), 0u);
  EXPECT_TRUE(violations.told().empty());
}

TEST(Violations, AreToldUpToSixteenAndCountedBeyond) {
  Violations violations;
  for (size_t i = 1; i <= 40; ++i) {
    violations.Add(FailureKind::kInvalidFilter, "f" + std::to_string(i), "d" + std::to_string(i));
    EXPECT_EQ(violations.count(), i);
    EXPECT_EQ(violations.told().size(), i < 16 ? i : 16);
  }
  EXPECT_EQ(violations.told().front().field, "f1");
  EXPECT_EQ(violations.told().back().field, "f16");
  EXPECT_EQ(violations.told().back().description, "d16");
}

TEST(Violations, TakeTheReasonThatStandsFirstInTheTable) {
  Violations violations;
  violations.Add(FailureKind::kUnknownField, "7", "");
  EXPECT_EQ(violations.kind(), FailureKind::kUnknownField);
  violations.Add(FailureKind::kMalformedRequest, "", "");
  EXPECT_EQ(violations.kind(), FailureKind::kUnknownField);
  violations.Add(FailureKind::kInvalidFilter, "recipients[0]", "");
  EXPECT_EQ(violations.kind(), FailureKind::kInvalidFilter);
}

}  // namespace
}  // namespace suprsend_gateway::rpc
