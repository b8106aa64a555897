#include "client/cli/host_port.h"

#include <algorithm>
#include <charconv>

namespace suprsend_gateway::cli {
namespace {

constexpr int kMaxPort = 65535;

bool IsAlphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool IsNameCharacter(char c) { return IsAlphanumeric(c) || c == '.' || c == '-' || c == '_'; }

// Also the zone of a link-local address: fe80::1%eth0.
bool IsIpv6Character(char c) { return IsNameCharacter(c) || c == ':' || c == '%'; }

std::optional<int> ParsePort(std::string_view text) {
  int port = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, port);
  if (error != std::errc() || stop != end || port < 1 || port > kMaxPort) return std::nullopt;
  return port;
}

}  // namespace

std::optional<HostPort> ParseHostPort(std::string_view text) {
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const std::optional<int> port = ParsePort(text.substr(colon + 1));
  std::string_view host = text.substr(0, colon);
  const bool is_bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (is_bracketed) host = host.substr(1, host.size() - 2);
  const auto is_allowed = is_bracketed ? IsIpv6Character : IsNameCharacter;
  if (!port || host.empty() || !std::all_of(host.begin(), host.end(), is_allowed)) {
    return std::nullopt;
  }
  return HostPort{std::string(host), *port};
}

std::string ToString(const HostPort& host_port) {
  const bool is_ipv6 = host_port.host.find(':') != std::string::npos;
  const std::string host = is_ipv6 ? "[" + host_port.host + "]" : host_port.host;
  return host + ":" + std::to_string(host_port.port);
}

}  // namespace suprsend_gateway::cli
