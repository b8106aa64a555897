#ifndef CLIENT_CLI_JSON_H_
#define CLIENT_CLI_JSON_H_

#include <optional>
#include <string>

#include "client/cpp/workflow_client.h"

namespace suprsend_gateway::cli {

// The reply as proto JSON of suprsend.gateway.v1.CancelWorkflowResponse, fields at their default
// included, with a newline at the end. nullopt where an id is not valid UTF-8.
std::optional<std::string> ReplyToJson(const client::CancelReply& reply);

struct FailureJson {
  std::string document;
  int left_out = 0;  // Details whose type is not known here, or whose bytes do not parse as it.
};

// The failure as proto JSON of google.rpc.Status, as ReplyToJson does it. Details are written out:
//   {"code": 14, "message": "…", "details": [
//     {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "UPSTREAM_UNREACHABLE", …}]}
FailureJson FailureToJson(const client::Failure& failure);

}  // namespace suprsend_gateway::cli

#endif  // CLIENT_CLI_JSON_H_
