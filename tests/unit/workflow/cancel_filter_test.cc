#include "service/workflow/cancel_filter.h"

#include <gtest/gtest.h>

namespace suprsend_gateway::workflow {
namespace {

// A call is pinned if it has an execution_id or an idempotency_key, whatever else it has.
TEST(IsPinned, HoldsForEveryMixOfFilters) {
  for (int mix = 0; mix < 16; ++mix) {
    const bool has_id = (mix & 1) != 0;
    const bool has_key = (mix & 2) != 0;
    CancelFilter filter;
    if (has_id) filter.execution_id = "dsl_1";
    if (has_key) filter.idempotency_key = "key";
    if ((mix & 4) != 0) filter.workflow_slug = "slug";
    if ((mix & 8) != 0) filter.recipients = {"user_1", "user_2"};
    EXPECT_EQ(IsPinned(filter), has_id || has_key) << "mix " << mix;
  }
}

TEST(IsPinned, CountsAFilterThatIsSetButEmpty) {
  EXPECT_TRUE(IsPinned({.execution_id = ""}));
  EXPECT_TRUE(IsPinned({.idempotency_key = ""}));
}

}  // namespace
}  // namespace suprsend_gateway::workflow
