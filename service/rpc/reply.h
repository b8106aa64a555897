#ifndef SERVICE_RPC_REPLY_H_
#define SERVICE_RPC_REPLY_H_

#include <cstddef>

#include "service/workflow/run_canceller.h"
#include "suprsend/gateway/v1/workflow_service.pb.h"

namespace suprsend_gateway::rpc {

// Clients refuse a message over 4 MiB by default, and by then the runs are gone.
inline constexpr size_t kMaxEncodedIdsBytes = size_t{3} << 20;

// The reply to a call that cancelled these runs; it takes their ids, as many as fit.
::suprsend::gateway::v1::CancelWorkflowResponse MakeReply(workflow::CancelResult&& result);

}  // namespace suprsend_gateway::rpc

#endif  // SERVICE_RPC_REPLY_H_
