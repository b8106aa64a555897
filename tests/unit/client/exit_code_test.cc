#include "client/cli/exit_code.h"

#include <map>

#include "gtest/gtest.h"

namespace suprsend_gateway::cli {
namespace {

using client::Failure;
using client::Outcome;

TEST(ExitCodeTest, UnknownOutcomeIsFourWhateverTheCode) {
  for (int code = 1; code <= 16; ++code) {
    const Failure failure{.code = static_cast<grpc::StatusCode>(code),
                          .outcome = Outcome::kUnknown};
    EXPECT_EQ(ExitCodeOf(failure), 4) << code;
    EXPECT_FALSE(failure.SafeToRetry()) << code;
  }
}

TEST(ExitCodeTest, NotAppliedGoesByTheCode) {
  const std::map<int, int> expected = {
      {grpc::CANCELLED, 5},         {grpc::UNKNOWN, 5},
      {grpc::INVALID_ARGUMENT, 2},  {grpc::DEADLINE_EXCEEDED, 3},
      {grpc::NOT_FOUND, 5},         {grpc::ALREADY_EXISTS, 5},
      {grpc::PERMISSION_DENIED, 5}, {grpc::RESOURCE_EXHAUSTED, 3},
      {grpc::ABORTED, 5},           {grpc::FAILED_PRECONDITION, 5},
      {grpc::OUT_OF_RANGE, 5},      {grpc::UNIMPLEMENTED, 5},
      {grpc::INTERNAL, 5},          {grpc::UNAVAILABLE, 3},
      {grpc::DATA_LOSS, 5},         {grpc::UNAUTHENTICATED, 5},
  };
  for (const auto& [code, exit_code] : expected) {
    const Failure failure{.code = static_cast<grpc::StatusCode>(code),
                          .outcome = Outcome::kNotApplied};
    EXPECT_EQ(ExitCodeOf(failure), exit_code) << code;
    EXPECT_EQ(failure.SafeToRetry(), exit_code == kTryAgain) << code;
  }
}

}  // namespace
}  // namespace suprsend_gateway::cli
