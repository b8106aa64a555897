#include "service/config/flags.h"

#include "absl/flags/flag.h"
#include "absl/flags/marshalling.h"

ABSL_FLAG(std::string, listen, "127.0.0.1:50051",
          "Where callers connect: IP:port, [IPv6]:port or localhost:port; port 0 takes a free one. "
          "Any address but loopback needs --allow_plaintext_listen.");
ABSL_FLAG(bool, allow_plaintext_listen, false,
          "Allow --listen on an address other than loopback, where everyone who can reach it can "
          "cancel.");
ABSL_FLAG(std::string, admin_listen, "127.0.0.1:9464",
          "Where /metrics, /livez and /readyz are served over plain HTTP; same form as --listen. "
          "Nothing there is secret.");
ABSL_FLAG(
    suprsend_gateway::config::Toggle, reflection, {},
    "Serve gRPC reflection, for grpcurl and its like: true, false, or auto, which is true where "
    "--listen is loopback.");
ABSL_FLAG(std::string, upstream_url, "https://hub.suprsend.com",
          "SuprSend's hub: http(s)://host[:port][/prefix], without user, query or fragment.");
ABSL_FLAG(bool, allow_plaintext_upstream, false,
          "Allow a plain http --upstream_url whose host is not loopback: the API key goes over the "
          "network unencrypted.");
ABSL_FLAG(
    std::string, upstream_ca_file, "",
    "PEM file of the certificate authorities that may vouch for upstream; empty: the system's.");
ABSL_FLAG(std::string, api_key_file, "",
          "Required. File that holds the API key of the SuprSend workspace and nothing else.");
ABSL_FLAG(
    std::string, default_deadline, "10s",
    "Deadline of a call whose caller sets none, where --max_deadline is not shorter; from 100ms "
    "to 10m.");
ABSL_FLAG(std::string, max_deadline, "30s",
          "No call waits longer, whatever its caller's deadline; from 100ms to 10m.");
ABSL_FLAG(std::string, connect_timeout, "2s",
          "Limit for connecting to upstream, DNS and the TLS handshake with it; from 10ms to 1m.");

namespace suprsend_gateway::config {

bool AbslParseFlag(absl::string_view text, Toggle* toggle, std::string* error) {
  toggle->value.reset();
  if (text == "auto") return true;
  bool value;
  if (!absl::ParseFlag(text, &value, error)) {
    *error = "must be true, false or auto";
    return false;
  }
  toggle->value = value;
  return true;
}

std::string AbslUnparseFlag(const Toggle& toggle) {
  if (!toggle.value) return "auto";
  return *toggle.value ? "true" : "false";
}

}  // namespace suprsend_gateway::config
