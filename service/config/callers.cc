#include "service/config/callers.h"

#include <optional>
#include <string>
#include <utility>

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "service/config/flag_error.h"
#include "service/config/flags.h"

namespace suprsend_gateway::config {
namespace {

absl::Status ReadTls(Config& config) {
  config.tls = {.cert_file = absl::GetFlag(FLAGS_tls_cert_file),
                .key_file = absl::GetFlag(FLAGS_tls_key_file),
                .client_ca_file = absl::GetFlag(FLAGS_client_ca_file)};
  if (!config.tls.is_on()) {
    if (config.tls.key_file.empty() && config.tls.client_ca_file.empty()) return absl::OkStatus();
    return FlagError("tls_cert_file", "",
                     "is required with --tls_key_file and --client_ca_file: all three or none");
  }
  for (const auto& [flag, file] : {std::pair{"tls_key_file", config.tls.key_file},
                                   std::pair{"client_ca_file", config.tls.client_ca_file}}) {
    if (file.empty()) {
      return FlagError(flag, "", "is required with --tls_cert_file: all three or none");
    }
  }
  return absl::OkStatus();
}

absl::Status ReadListen(Config& config) {
  const std::string listen = absl::GetFlag(FLAGS_listen);
  if (auto status = ReadListenAddress("listen", listen, config.listen); !status.ok()) return status;
  const bool is_loopback = IsLoopback(config.listen.host);
  if (!is_loopback && !config.tls.is_on() && !absl::GetFlag(FLAGS_allow_plaintext_listen)) {
    return FlagError("listen", listen,
                     "only a loopback address is allowed without --tls_cert_file, unless "
                     "--allow_plaintext_listen says that everyone who can reach it may cancel");
  }
  config.trust_forwarded_client_cert = absl::GetFlag(FLAGS_trust_forwarded_client_cert);
  if (config.trust_forwarded_client_cert && (!is_loopback || config.tls.is_on())) {
    return FlagError("trust_forwarded_client_cert", "true",
                     "is allowed only where --listen is a loopback address without TLS: whoever "
                     "else can connect could name himself");
  }
  config.reflection = absl::GetFlag(FLAGS_reflection).value.value_or(is_loopback);
  return absl::OkStatus();
}

// Where callers have names, it must be said what they may.
absl::Status ReadPolicy(Config& config) {
  config.caller_policy_file = absl::GetFlag(FLAGS_caller_policy_file);
  const bool has_policy = !config.caller_policy_file.empty();
  const bool anyone = absl::GetFlag(FLAGS_allow_any_verified_caller);
  if (!config.tls.is_on() && !config.trust_forwarded_client_cert) {
    constexpr char kNeedsNames[] =
        "needs callers that have names: --tls_cert_file, or --trust_forwarded_client_cert behind "
        "a proxy that ends TLS";
    if (has_policy) return FlagError("caller_policy_file", config.caller_policy_file, kNeedsNames);
    if (anyone) return FlagError("allow_any_verified_caller", "true", kNeedsNames);
    return absl::OkStatus();
  }
  if (has_policy == anyone) {
    return FlagError("caller_policy_file", config.caller_policy_file,
                     "one of two is required: a policy, or --allow_any_verified_caller, which says "
                     "that every caller with a certificate may cancel everything");
  }
  return absl::OkStatus();
}

absl::Status ReadAudit(Config& config) {
  config.audit_log = absl::GetFlag(FLAGS_audit_log);
  config.audit_hmac_key_file = absl::GetFlag(FLAGS_audit_hmac_key_file);
  const std::string failure = absl::GetFlag(FLAGS_audit_failure);
  if (failure != "open" && failure != "closed") {
    return FlagError("audit_failure", failure, "must be open or closed");
  }
  config.audit_fails_closed = failure == "closed";
  if (config.audit_log.empty() == config.audit_hmac_key_file.empty()) {
    if (!config.audit_fails_closed || !config.audit_log.empty()) return absl::OkStatus();
    return FlagError("audit_failure", failure, "needs --audit_log: there is none that could fail");
  }
  return config.audit_log.empty()
             ? FlagError("audit_log", "",
                         "is required with --audit_hmac_key_file: a file, or - for stdout")
             : FlagError("audit_hmac_key_file", "",
                         "is required with --audit_log: the file of the key under which "
                         "recipients are recorded");
}

}  // namespace

absl::Status ReadListenAddress(const char* flag, const std::string& value, ListenAddress& result) {
  const std::optional<ListenAddress> address = ParseListenAddress(value);
  if (!address) {
    return FlagError(flag, value,
                     "must be IP:port, [IPv6]:port or localhost:port, with a port from 0 to 65535");
  }
  result = *address;
  return absl::OkStatus();
}

absl::Status ReadCallers(Config& config) {
  for (const auto read : {ReadTls, ReadListen, ReadPolicy, ReadAudit}) {
    if (absl::Status status = read(config); !status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace suprsend_gateway::config
