#ifndef SERVICE_CONFIG_FLAGS_H_
#define SERVICE_CONFIG_FLAGS_H_

#include <optional>
#include <string>

#include "absl/flags/declare.h"
#include "absl/strings/string_view.h"

namespace suprsend_gateway::config {

// A flag that is on, off, or left to what fits the rest of the configuration.
struct Toggle {
  std::optional<bool> value;
};
bool AbslParseFlag(absl::string_view text, Toggle* toggle, std::string* error);
std::string AbslUnparseFlag(const Toggle& toggle);

}  // namespace suprsend_gateway::config

// Texts are checked in config.cc and limits.cc, so that each error says what is allowed.
ABSL_DECLARE_FLAG(std::string, listen);
ABSL_DECLARE_FLAG(bool, allow_plaintext_listen);
ABSL_DECLARE_FLAG(std::string, tls_cert_file);
ABSL_DECLARE_FLAG(std::string, tls_key_file);
ABSL_DECLARE_FLAG(std::string, client_ca_file);
ABSL_DECLARE_FLAG(bool, trust_forwarded_client_cert);
ABSL_DECLARE_FLAG(std::string, caller_policy_file);
ABSL_DECLARE_FLAG(bool, allow_any_verified_caller);
ABSL_DECLARE_FLAG(std::string, max_connection_age);
ABSL_DECLARE_FLAG(bool, access_log);
ABSL_DECLARE_FLAG(std::string, audit_log);
ABSL_DECLARE_FLAG(std::string, audit_hmac_key_file);
ABSL_DECLARE_FLAG(std::string, audit_failure);
ABSL_DECLARE_FLAG(std::string, admin_listen);
ABSL_DECLARE_FLAG(suprsend_gateway::config::Toggle, reflection);
ABSL_DECLARE_FLAG(std::string, upstream_url);
ABSL_DECLARE_FLAG(bool, allow_plaintext_upstream);
ABSL_DECLARE_FLAG(std::string, upstream_ca_file);
ABSL_DECLARE_FLAG(std::string, api_key_file);
ABSL_DECLARE_FLAG(std::string, default_deadline);
ABSL_DECLARE_FLAG(std::string, max_deadline);
ABSL_DECLARE_FLAG(std::string, connect_timeout);
ABSL_DECLARE_FLAG(std::string, max_attempts);
ABSL_DECLARE_FLAG(std::string, attempt_timeout);
ABSL_DECLARE_FLAG(std::string, retry_budget_percent);
ABSL_DECLARE_FLAG(std::string, max_in_flight);
ABSL_DECLARE_FLAG(std::string, max_memory_mib);
ABSL_DECLARE_FLAG(std::string, breaker_failure_percent);
ABSL_DECLARE_FLAG(std::string, breaker_min_attempts);
ABSL_DECLARE_FLAG(std::string, breaker_window);
ABSL_DECLARE_FLAG(std::string, breaker_probe_interval);
ABSL_DECLARE_FLAG(std::string, drain_delay);
ABSL_DECLARE_FLAG(std::string, drain_timeout);

#endif  // SERVICE_CONFIG_FLAGS_H_
