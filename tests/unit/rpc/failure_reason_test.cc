#include <gtest/gtest.h>

#include <set>

#include "service/workflow/failure.h"
#include "suprsend/gateway/v1/error_reason.pb.h"

namespace suprsend_gateway::rpc {
namespace {

using ::suprsend::gateway::v1::ErrorReason;
using ::suprsend::gateway::v1::ErrorReason_descriptor;
using ::suprsend::gateway::v1::ErrorReason_Parse;

TEST(ErrorReason, HasEachReasonOfTheTable) {
  for (const workflow::FailureRow& row : workflow::kFailureTable) {
    ErrorReason reason;
    EXPECT_TRUE(ErrorReason_Parse(std::string(row.reason), &reason)) << row.reason;
    EXPECT_NE(reason, ErrorReason::ERROR_REASON_UNSPECIFIED) << row.reason;
  }
}

TEST(ErrorReason, HasARowForEachOfItsValues) {
  std::set<std::string_view> reasons;
  for (const workflow::FailureRow& row : workflow::kFailureTable) reasons.insert(row.reason);
  const auto* descriptor = ErrorReason_descriptor();
  for (int i = 0; i < descriptor->value_count(); ++i) {
    const std::string name(descriptor->value(i)->name());
    EXPECT_EQ(reasons.contains(name), name != "ERROR_REASON_UNSPECIFIED") << name;
  }
}

// The numbers are gRPC's own, since the code goes over the wire as it is.
TEST(StatusCode, HasTheNumbersOfGrpc) {
  EXPECT_EQ(static_cast<int>(absl::StatusCode::kCancelled), 1);
  EXPECT_EQ(static_cast<int>(absl::StatusCode::kUnknown), 2);
  EXPECT_EQ(static_cast<int>(absl::StatusCode::kInvalidArgument), 3);
  EXPECT_EQ(static_cast<int>(absl::StatusCode::kDeadlineExceeded), 4);
  EXPECT_EQ(static_cast<int>(absl::StatusCode::kNotFound), 5);
  EXPECT_EQ(static_cast<int>(absl::StatusCode::kResourceExhausted), 8);
  EXPECT_EQ(static_cast<int>(absl::StatusCode::kFailedPrecondition), 9);
  EXPECT_EQ(static_cast<int>(absl::StatusCode::kAborted), 10);
  EXPECT_EQ(static_cast<int>(absl::StatusCode::kUnimplemented), 12);
  EXPECT_EQ(static_cast<int>(absl::StatusCode::kInternal), 13);
  EXPECT_EQ(static_cast<int>(absl::StatusCode::kUnavailable), 14);
}

}  // namespace
}  // namespace suprsend_gateway::rpc
