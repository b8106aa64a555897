#ifndef CLIENT_CPP_ENCODE_REQUEST_H_
#define CLIENT_CPP_ENCODE_REQUEST_H_

#include <vector>

#include "client/cpp/cancel_request.h"
#include "client/cpp/failure.h"

namespace suprsend::gateway::v1 {
class CancelWorkflowRequest;
}

namespace suprsend_gateway::client {

// What must not be sent, by field; empty where `request` can be encoded.
std::vector<FieldViolation> FindViolations(const CancelRequest& request);

// `request` must have no violations.
suprsend::gateway::v1::CancelWorkflowRequest EncodeRequest(const CancelRequest& request);

}  // namespace suprsend_gateway::client

#endif  // CLIENT_CPP_ENCODE_REQUEST_H_
