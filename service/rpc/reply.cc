#include "service/rpc/reply.h"

#include <google/protobuf/io/coded_stream.h>

#include <string>
#include <utility>

namespace suprsend_gateway::rpc {

::suprsend::gateway::v1::CancelWorkflowResponse MakeReply(workflow::CancelResult&& result) {
  ::suprsend::gateway::v1::CancelWorkflowResponse reply;
  reply.set_cancelled_count(static_cast<int64_t>(result.execution_ids.size()));
  size_t bytes = 0;
  for (std::string& id : result.execution_ids) {
    const auto size = static_cast<uint32_t>(id.size());
    // One byte of tag, the length, the id.
    bytes += 1 + google::protobuf::io::CodedOutputStream::VarintSize32(size) + size;
    if (bytes > kMaxEncodedIdsBytes) {
      reply.set_execution_ids_may_be_incomplete(true);
      break;
    }
    reply.add_execution_ids(std::move(id));
  }
  return reply;
}

}  // namespace suprsend_gateway::rpc
