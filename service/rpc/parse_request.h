#ifndef SERVICE_RPC_PARSE_REQUEST_H_
#define SERVICE_RPC_PARSE_REQUEST_H_

#include <optional>
#include <string_view>

#include "service/rpc/violations.h"
#include "suprsend/gateway/v1/workflow_service.pb.h"

namespace suprsend_gateway::rpc {

// Reads a request off the wire; nullopt where the bytes are none (bad wire format, bad UTF-8).
// Stricter than protobuf, which takes the last of a singular field that stands more than once: the
// first would be a filter, or a validate_only, that is dropped. Each such field is a violation of
// kind kMalformedRequest.
std::optional<Violations> ParseRequest(std::string_view bytes,
                                       ::suprsend::gateway::v1::CancelWorkflowRequest& request);

}  // namespace suprsend_gateway::rpc

#endif  // SERVICE_RPC_PARSE_REQUEST_H_
