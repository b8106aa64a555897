#ifndef SERVICE_RPC_REQUEST_ID_H_
#define SERVICE_RPC_REQUEST_ID_H_

#include <string>

namespace suprsend_gateway::rpc {

// 32 random hex digits: names one call in logs and replies, and is no secret. Any thread.
std::string NewRequestId();

}  // namespace suprsend_gateway::rpc

#endif  // SERVICE_RPC_REQUEST_ID_H_
