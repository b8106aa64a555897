#ifndef SERVICE_RPC_VALIDATE_REQUEST_H_
#define SERVICE_RPC_VALIDATE_REQUEST_H_

#include <cstddef>

#include "service/rpc/violations.h"
#include "service/workflow/cancel_filter.h"
#include "suprsend/gateway/v1/workflow_service.pb.h"

namespace suprsend_gateway::rpc {

// In Unicode code points. SuprSend states 255 for keys and slugs; ids and recipients are opaque to
// us.
inline constexpr size_t kMaxIdempotencyKey = 255;
inline constexpr size_t kMaxWorkflowSlug = 255;
inline constexpr size_t kMaxExecutionId = 1024;
inline constexpr size_t kMaxRecipient = 1024;

// Whether upstream takes a body as large as this filter's.
using FitsUpstream = bool (*)(const workflow::CancelFilter& filter);

// Holds a request against every rule of the API (workflow_service.proto). All violations, after
// those that were found already.
Violations ValidateRequest(const ::suprsend::gateway::v1::CancelWorkflowRequest& request,
                           Violations violations = {});

// The filter of a request, whose strings it takes. Every filter that is set stays set.
workflow::CancelFilter TakeFilter(::suprsend::gateway::v1::CancelWorkflowRequest&& request);

}  // namespace suprsend_gateway::rpc

#endif  // SERVICE_RPC_VALIDATE_REQUEST_H_
