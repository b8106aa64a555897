#include "service/gateway/caller_policy.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "service/gateway/flag_error.h"
#include "service/policy/parse_policy.h"
#include "service/security/read_file.h"

namespace suprsend_gateway::gateway {
namespace {

using security::CallerGate;

absl::StatusOr<std::shared_ptr<const policy::Policy>> ReadPolicy(const std::string& path) {
  const absl::StatusOr<std::string> json = security::ReadRegularFile(path, policy::kMaxPolicyBytes);
  if (!json.ok()) return FlagError("caller_policy_file", json.status());
  absl::StatusOr<policy::Policy> policy = policy::ParsePolicy(*json);
  if (!policy.ok()) {
    return FlagError("caller_policy_file",
                     absl::InvalidArgumentError(
                         absl::StrCat(path, ": ", std::string(policy.status().message()))));
  }
  return std::make_shared<const policy::Policy>(*std::move(policy));
}

std::string Description(const policy::Policy& policy) {
  return absl::StrCat("callers: ", policy.callers.size(),
                      policy.allow_calls ? "" : ", all calls denied",
                      policy.allow_open_calls ? "" : ", open calls denied to all");
}

}  // namespace

absl::StatusOr<std::unique_ptr<CallerGate>> MakeCallerGate(const config::Config& config,
                                                           const Reload& reload) {
  if (config.caller_policy_file.empty()) {
    const bool has_names = config.tls.is_on() || config.trust_forwarded_client_cert;
    return std::make_unique<CallerGate>(has_names ? CallerGate::Trust::kAnyVerified
                                                  : CallerGate::Trust::kAnyone);
  }
  auto gate = std::make_unique<CallerGate>(CallerGate::Trust::kPolicy);
  const auto read = [path = config.caller_policy_file,
                     gate = gate.get()]() -> absl::StatusOr<std::string> {
    auto policy = ReadPolicy(path);
    if (!policy.ok()) return policy.status();
    std::string description = Description(**policy);
    gate->SetPolicy(*std::move(policy));
    return description;
  };
  reload.OnChange("caller_policy", {config.caller_policy_file}, read);
  if (const auto first = read(); !first.ok()) return first.status();
  return gate;
}

}  // namespace suprsend_gateway::gateway
