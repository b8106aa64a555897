#ifndef SERVICE_CONFIG_LISTEN_ADDRESS_H_
#define SERVICE_CONFIG_LISTEN_ADDRESS_H_

#include <optional>
#include <string>
#include <string_view>

namespace suprsend_gateway::config {

// An IP address, or localhost, and a port; port 0 is one of the system's choosing.
struct ListenAddress {
  std::string host;  // An IPv6 address stands without brackets.
  int port = 0;
};

// Reads "host:port", an IPv6 address in brackets. nullopt where it is anything else.
std::optional<ListenAddress> ParseListenAddress(std::string_view text);

// "host:port", an IPv6 address in brackets.
std::string ToString(const ListenAddress& address);

// An address of 127.0.0.0/8, ::1, or localhost. `host`: an IPv6 address without brackets.
bool IsLoopback(const std::string& host);

}  // namespace suprsend_gateway::config

#endif  // SERVICE_CONFIG_LISTEN_ADDRESS_H_
