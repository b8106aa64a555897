#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "service/rpc/validate_request.h"

namespace suprsend_gateway::rpc {
namespace {

using ::suprsend::gateway::v1::CancelWorkflowRequest;

// Dropping a filter widens the cancel: each mix of set fields must come through as it is.
TEST(TakeFilter, KeepsWhatIsSetAndSetsNothingElse) {
  for (int mix = 0; mix < 16; ++mix) {
    CancelWorkflowRequest request;
    if ((mix & 1) != 0) request.set_execution_id("e");
    if ((mix & 2) != 0) request.set_idempotency_key("k");
    if ((mix & 4) != 0) request.set_workflow_slug("s");
    if ((mix & 8) != 0) {
      request.add_recipients("r1");
      request.add_recipients("r2");
    }
    const workflow::CancelFilter filter = TakeFilter(std::move(request));
    EXPECT_EQ(filter.execution_id, (mix & 1) != 0 ? std::optional<std::string>("e") : std::nullopt);
    EXPECT_EQ(filter.idempotency_key,
              (mix & 2) != 0 ? std::optional<std::string>("k") : std::nullopt);
    EXPECT_EQ(filter.workflow_slug,
              (mix & 4) != 0 ? std::optional<std::string>("s") : std::nullopt);
    if ((mix & 8) != 0) {
      EXPECT_THAT(filter.recipients, testing::ElementsAre("r1", "r2"));
    } else {
      EXPECT_TRUE(filter.recipients.empty());
    }
  }
}

TEST(TakeFilter, KeepsWhatIsSetButEmpty) {
  CancelWorkflowRequest request;
  request.set_execution_id("");
  request.add_recipients("");
  request.set_idempotency_key("");
  request.set_workflow_slug("");
  const workflow::CancelFilter filter = TakeFilter(std::move(request));
  EXPECT_EQ(filter.execution_id, "");
  EXPECT_THAT(filter.recipients, testing::ElementsAre(""));
  EXPECT_EQ(filter.idempotency_key, "");
  EXPECT_EQ(filter.workflow_slug, "");
}

TEST(TakeFilter, ChangesNoByte) {
  const std::string odd = "  A\xC3\x89 e\xCC\x81\\\"%40 \xF0\x9F\x98\x80  ";
  CancelWorkflowRequest request;
  request.set_execution_id(odd);
  request.add_recipients(odd);
  request.add_recipients(odd);
  const workflow::CancelFilter filter = TakeFilter(std::move(request));
  EXPECT_EQ(filter.execution_id, odd);
  EXPECT_THAT(filter.recipients, testing::ElementsAre(odd, odd));
}

}  // namespace
}  // namespace suprsend_gateway::rpc
