#ifndef SERVICE_CONFIG_CONFIG_H_
#define SERVICE_CONFIG_CONFIG_H_

#include <chrono>
#include <cstdint>
#include <string>
#include <variant>

#include "absl/status/statusor.h"
#include "service/config/listen_address.h"

namespace suprsend_gateway::config {

// The files of the server's TLS; all of them or none.
struct TlsFiles {
  std::string cert_file;
  std::string key_file;
  std::string client_ca_file;

  bool is_on() const { return !cert_file.empty(); }
};

// Everything that can be set, checked. Each member is the flag of its name; flags.cc says what they
// mean.
struct Config {
  ListenAddress listen;
  ListenAddress admin_listen;
  TlsFiles tls;
  bool trust_forwarded_client_cert = false;
  std::string caller_policy_file;  // Empty: callers need a certificate at most.
  std::string audit_log;           // Empty: none; "-": stdout.
  std::string audit_hmac_key_file;
  bool audit_fails_closed = false;
  bool access_log = true;
  std::string upstream_url;  // Without a slash at the end.
  std::string upstream_ca_file;
  std::string api_key_file;
  bool reflection = false;
  std::chrono::nanoseconds default_deadline{};
  std::chrono::nanoseconds max_deadline{};
  std::chrono::nanoseconds connect_timeout{};
  int max_attempts = 0;
  std::chrono::nanoseconds attempt_timeout{};
  int retry_budget_percent = 0;
  int max_in_flight = 0;
  int max_memory_mib = 0;
  int breaker_failure_percent = 0;
  int breaker_min_attempts = 0;
  std::chrono::nanoseconds breaker_window{};
  std::chrono::nanoseconds breaker_probe_interval{};
  std::chrono::nanoseconds max_connection_age{};
  std::chrono::nanoseconds drain_delay{};
  std::chrono::nanoseconds drain_timeout{};

  int64_t max_memory_bytes() const { return int64_t{max_memory_mib} << 20; }
};

// --help or --version: what to print on stdout.
struct Information {
  std::string text;
};

// Reads the command line. An error names the flag, its value and what is allowed. (abseil prints
// the errors that it finds itself, an unknown flag for one, and ends the process with 1.)
absl::StatusOr<std::variant<Config, Information>> ParseCommandLine(int argc, char** argv);

// Of this build.
std::string Version();

}  // namespace suprsend_gateway::config

#endif  // SERVICE_CONFIG_CONFIG_H_
