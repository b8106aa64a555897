#ifndef TESTS_EMULATOR_CONNECTIONS_H_
#define TESTS_EMULATOR_CONNECTIONS_H_

#include <string>

namespace suprsend_gateway::emulator {

// cpp-httplib gives a handler no way to close its connection, and the hook below that, overriding
// process_and_close_socket, has to bring its own socket stream, whose interface changes from
// version to version. So a connection is found among this process's descriptors by its two ends,
// which is the same with every version.

// "address:port", with brackets around IPv6.
std::string HostPort(const std::string& host, int port);

// Shuts down, both ways, the connection from `peer` to `local_port`: the client sees the end of the
// stream. Does nothing if the client has gone. To be called by the connection's own thread, which
// is what keeps its descriptor from being reused meanwhile.
void ShutDownConnection(const std::string& peer, int local_port);

// The same for all connections to `local_port`, when the server ends.
void ShutDownAllConnections(int local_port);

}  // namespace suprsend_gateway::emulator

#endif  // TESTS_EMULATOR_CONNECTIONS_H_
