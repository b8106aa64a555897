#ifndef CLIENT_CPP_CANCEL_REQUEST_H_
#define CLIENT_CPP_CANCEL_REQUEST_H_

#include <optional>
#include <string>
#include <vector>

namespace suprsend_gateway::client {

// Which running workflow executions to cancel: those that match every filter that is set. At least
// one must be. workflow_service.proto has the rules; values are sent as they are, even empty ones,
// and the gateway refuses what breaks a rule.
//
// Two things never leave the process, since they could not arrive as they were meant: a list of
// recipients that is set but empty (on the wire it is the same as no list, which does not mean
// "nobody" but "everybody"), and a value that is not valid UTF-8. The call then fails with
// INVALID_ARGUMENT, reason INVALID_FILTER, and names the field.
struct CancelRequest {
  std::optional<std::string> execution_id = std::nullopt;
  std::optional<std::vector<std::string>> recipients = std::nullopt;
  std::optional<std::string> idempotency_key = std::nullopt;
  std::optional<std::string> workflow_slug = std::nullopt;
  bool validate_only = false;  // Only check the request: success says that it would be sent.
};

}  // namespace suprsend_gateway::client

#endif  // CLIENT_CPP_CANCEL_REQUEST_H_
