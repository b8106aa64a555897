#ifndef SERVICE_RPC_RANDOM_ID_H_
#define SERVICE_RPC_RANDOM_ID_H_

#include <string>

namespace suprsend_gateway::rpc {

// Random lower-case hex digits that name things in logs and replies, and are no secret. Never all
// zero. Any thread.
std::string NewRequestId();  // 32 of them, for one call.
std::string NewTraceId();    // 32, for what the call is a part of.
std::string NewSpanId();     // 16, for the call within its trace.

}  // namespace suprsend_gateway::rpc

#endif  // SERVICE_RPC_RANDOM_ID_H_
