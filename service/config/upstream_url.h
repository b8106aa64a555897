#ifndef SERVICE_CONFIG_UPSTREAM_URL_H_
#define SERVICE_CONFIG_UPSTREAM_URL_H_

#include <string>

#include "absl/status/statusor.h"

namespace suprsend_gateway::config {

struct UpstreamUrl {
  std::string url;  // Normalised, without a slash at the end.
  bool is_https;
  bool is_loopback;  // The host is a loopback address or localhost.
};

// Reads http(s)://host[:port][/prefix]. The error says what is allowed, and does not repeat the
// text: a URL may hold a password by mistake.
absl::StatusOr<UpstreamUrl> ParseUpstreamUrl(const std::string& text);

}  // namespace suprsend_gateway::config

#endif  // SERVICE_CONFIG_UPSTREAM_URL_H_
