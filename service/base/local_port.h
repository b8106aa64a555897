#ifndef SERVICE_BASE_LOCAL_PORT_H_
#define SERVICE_BASE_LOCAL_PORT_H_

namespace suprsend_gateway::base {

// The TCP port of this host's end of the socket `fd`; 0 where it has none, or is no socket.
int LocalPort(int fd);

}  // namespace suprsend_gateway::base

#endif  // SERVICE_BASE_LOCAL_PORT_H_
