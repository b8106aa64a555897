#include "service/config/flags.h"

#include "absl/flags/flag.h"
#include "absl/flags/marshalling.h"

ABSL_FLAG(std::string, listen, "127.0.0.1:50051",
          "Where callers connect: IP:port, [IPv6]:port or localhost:port; port 0 takes a free one. "
          "Any address but loopback needs --tls_cert_file or --allow_plaintext_listen.");
ABSL_FLAG(bool, allow_plaintext_listen, false,
          "Allow --listen on an address other than loopback, where everyone who can reach it can "
          "cancel.");
ABSL_FLAG(
    std::string, tls_cert_file, "",
    "PEM file of the server's certificate, its chain after it. With --tls_key_file and "
    "--client_ca_file callers must speak TLS and show a certificate. The three files are read "
    "again when they change.");
ABSL_FLAG(std::string, tls_key_file, "", "PEM file of that certificate's private key.");
ABSL_FLAG(std::string, client_ca_file, "",
          "PEM file of the certificate authorities that vouch for callers.");
ABSL_FLAG(bool, trust_forwarded_client_cert, false,
          "Take the caller's names from x-forwarded-client-cert, where a sidecar on this host has "
          "ended TLS and overwrites that header. --listen must be loopback.");
ABSL_FLAG(std::string, caller_policy_file, "",
          "JSON file that says for each caller, by the URI or DNS name in its certificate, what it "
          "may cancel. Read again when it changes.");
ABSL_FLAG(bool, allow_any_verified_caller, false,
          "Instead of a policy: every caller with a certificate that names it may cancel "
          "everything.");
ABSL_FLAG(std::string, max_connection_age, "10m",
          "Callers' connections are renewed after so long, give or take a tenth, so that load "
          "spreads over new gateways; calls on them end in peace. From 1s to 24h.");
ABSL_FLAG(bool, access_log, true, "Log a JSON line for each call to stderr.");
ABSL_FLAG(std::string, audit_log, "",
          "File to which a JSON line is appended for each call that was let in or turned away, or "
          "- for stdout; empty: none. SIGHUP opens it anew. Needs --audit_hmac_key_file.");
ABSL_FLAG(
    std::string, audit_hmac_key_file, "",
    "File that holds the key, 16 characters or more, under which the audit log has recipients "
    "as HMAC-SHA256.");
ABSL_FLAG(std::string, audit_failure, "open",
          "While the audit log cannot be written: open lets calls go on, closed refuses them.");
ABSL_FLAG(std::string, admin_listen, "127.0.0.1:9464",
          "Where /metrics, /livez, /readyz and /statusz are served over plain HTTP; same form as "
          "--listen. Nothing there is secret, but callers' names are told.");
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
ABSL_FLAG(std::string, max_attempts, "3",
          "How often a call may be sent to upstream, retries included; from 1 to 10.");
ABSL_FLAG(std::string, attempt_timeout, "5s",
          "Limit of one attempt of a call with execution_id or idempotency_key, which may be tried "
          "again; from 100ms to 10m. Other calls have one attempt that lasts to their deadline.");
ABSL_FLAG(
    std::string, retry_budget_percent, "20",
    "Retries under way, as a percentage of the calls at their first attempt; three are always "
    "allowed; from 0 to 100.");
ABSL_FLAG(std::string, max_in_flight, "auto",
          "How many calls may be on their way to upstream at once; more are refused with "
          "GATEWAY_OVERLOADED. A number from 1 to 1000000, or auto: half of the memory at 64 KiB a "
          "call, from 100 to 20000.");
ABSL_FLAG(std::string, max_memory_mib, "auto",
          "While the process has more memory than so many MiB, calls are refused with "
          "GATEWAY_OVERLOADED, and the connection that sends most is closed. A number from 64 to "
          "1000000, or auto: 256 and what --max_in_flight takes at 64 KiB a call, but at most half "
          "of the memory.");
ABSL_FLAG(std::string, breaker_failure_percent, "50",
          "The circuit opens where so many of the attempts in --breaker_window ended unreachable, "
          "without an answer in time, or with 502, 503 or 504; from 1 to 100, or 0 for never.");
ABSL_FLAG(std::string, breaker_min_attempts, "20",
          "The circuit stays closed with fewer attempts in the window; from 1 to 1000000.");
ABSL_FLAG(std::string, breaker_window, "10s",
          "The time that the circuit breaker looks back; from 100ms to 10m.");
ABSL_FLAG(
    std::string, breaker_probe_interval, "2s",
    "While the circuit is open, one call in so much time is let through as a probe, and closes "
    "it if upstream answers; from 10ms to 1m.");
ABSL_FLAG(std::string, drain_delay, "5s",
          "After SIGTERM, how long calls go on being served while health says NOT_SERVING, so that "
          "callers go elsewhere; from 0s to 10m.");
ABSL_FLAG(std::string, drain_timeout, "30s",
          "After that, how long the calls in flight are waited for; from 0s to 10m.");

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
