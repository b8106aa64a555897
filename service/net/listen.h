#ifndef SERVICE_NET_LISTEN_H_
#define SERVICE_NET_LISTEN_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "service/base/file_descriptor.h"

namespace suprsend_gateway::net {

// Sockets that listen on one port: one for each address that a host has.
struct Listening {
  std::vector<base::FileDescriptor> sockets;
  int port = 0;
};

// Listens on `host`, a name or an IP address, on those of its addresses that this machine has, one
// at least; on `port`, or where that is 0 on a free one. The sockets do not block. An error is the
// system's reason: "Address already in use".
absl::StatusOr<Listening> Listen(const std::string& host, int port);

}  // namespace suprsend_gateway::net

#endif  // SERVICE_NET_LISTEN_H_
