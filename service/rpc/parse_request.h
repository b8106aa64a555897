#ifndef SERVICE_RPC_PARSE_REQUEST_H_
#define SERVICE_RPC_PARSE_REQUEST_H_

#include <string_view>

#include "service/rpc/violations.h"
#include "suprsend/gateway/v1/workflow_service.pb.h"

namespace suprsend_gateway::rpc {

// Reads a request off the wire. Stricter than protobuf, which takes the last of a singular field
// that stands twice: the first would be a filter, or a validate_only, that is dropped. Returned
// violations are of kind kMalformedRequest: bad wire format, bad UTF-8, such a field.
Violations ParseRequest(std::string_view bytes,
                        ::suprsend::gateway::v1::CancelWorkflowRequest& request);

}  // namespace suprsend_gateway::rpc

#endif  // SERVICE_RPC_PARSE_REQUEST_H_
