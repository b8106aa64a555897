#ifndef CLIENT_CPP_READ_FAILURE_H_
#define CLIENT_CPP_READ_FAILURE_H_

#include <string_view>
#include <vector>

#include "client/cpp/failure.h"

namespace grpc {
class Status;
}

namespace suprsend_gateway::client {

inline constexpr std::string_view kErrorDomain = "suprsend-gateway";

// Reads a status that is not OK. Its details are believed only if they parse as a google.rpc.Status
// with the status's own code and hold an ErrorInfo of kErrorDomain; otherwise the failure has
// outcome kUnknown and no reason. `trailing_request_id` stands in where no RequestInfo came.
Failure ReadFailure(const grpc::Status& status, std::string_view trailing_request_id);

// A failure that this library found before anything was sent: outcome kNotApplied, no attempts.
Failure LocalFailure(grpc::StatusCode code, std::string_view reason, std::string_view message,
                     const std::vector<FieldViolation>& violations);

}  // namespace suprsend_gateway::client

#endif  // CLIENT_CPP_READ_FAILURE_H_
