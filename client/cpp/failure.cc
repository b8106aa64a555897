#include "client/cpp/failure.h"

#include <array>
#include <cstddef>

namespace suprsend_gateway::client {

bool Failure::SafeToRetry() const {
  if (outcome != Outcome::kNotApplied) return false;
  return code == grpc::StatusCode::UNAVAILABLE || code == grpc::StatusCode::RESOURCE_EXHAUSTED ||
         code == grpc::StatusCode::DEADLINE_EXCEEDED;
}

std::string CodeName(grpc::StatusCode code) {
  static constexpr auto kNames = std::to_array<const char*>(
      {"OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND",
       "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION",
       "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS",
       "UNAUTHENTICATED"});
  const int number = code;
  if (number >= 0 && static_cast<size_t>(number) < kNames.size()) {
    return kNames[static_cast<size_t>(number)];
  }
  return "CODE_" + std::to_string(number);
}

}  // namespace suprsend_gateway::client
