#include "client/cli/exit_code.h"

namespace suprsend_gateway::cli {

ExitCode ExitCodeOf(const client::Failure& failure) {
  if (failure.outcome == client::Outcome::kUnknown) return kOutcomeUnknown;
  if (failure.code == grpc::StatusCode::INVALID_ARGUMENT) return kBadRequest;
  return failure.SafeToRetry() ? kTryAgain : kOther;
}

}  // namespace suprsend_gateway::cli
