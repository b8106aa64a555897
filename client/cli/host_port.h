#ifndef CLIENT_CLI_HOST_PORT_H_
#define CLIENT_CLI_HOST_PORT_H_

#include <optional>
#include <string>
#include <string_view>

namespace suprsend_gateway::cli {

struct HostPort {
  std::string host;  // A name, an IPv4 address, or an IPv6 address without brackets.
  int port = 0;      // 1 to 65535.
};

// "127.0.0.1:50051", "gateway.internal:443", "[::1]:50051". nullopt for anything else; whether the
// name exists is not looked at.
std::optional<HostPort> ParseHostPort(std::string_view text);

// The reverse: "[::1]:50051".
std::string ToString(const HostPort& host_port);

}  // namespace suprsend_gateway::cli

#endif  // CLIENT_CLI_HOST_PORT_H_
