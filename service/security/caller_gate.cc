#include "service/security/caller_gate.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace suprsend_gateway::security {

void CallerGate::SetPolicy(std::shared_ptr<const policy::Policy> policy) {
  quotas_.Retain(*policy);
  base::MutexLock lock(mutex_);
  policy_ = std::move(policy);
}

std::shared_ptr<const policy::Policy> CallerGate::CurrentPolicy() const {
  base::MutexLock lock(mutex_);
  return policy_;
}

std::variant<Caller, CallerRefusal> CallerGate::Identify(const policy::CallerNames& names) const {
  if (trust_ == Trust::kAnyone) return Caller{};
  const std::vector<std::string>& told = names.uris.empty() ? names.dns : names.uris;
  if (told.empty()) {
    return CallerRefusal{.is_known = false,
                         .because = "its certificate has neither a URI nor a DNS name"};
  }
  // What else a certificate holds must not get into a log.
  if (!std::all_of(told.begin(), told.end(), &policy::IsCallerName)) {
    return CallerRefusal{.is_known = false,
                         .because =
                             "a name in its certificate is empty, or has characters that no URI "
                             "and no DNS name has"};
  }
  if (trust_ == Trust::kAnyVerified) return Caller{.name = told.front()};
  std::shared_ptr<const policy::Policy> policy = CurrentPolicy();
  const policy::CallerMatch match = policy::FindCaller(*policy, names);
  if (match.kind == policy::CallerMatch::kNone) {
    return CallerRefusal{.is_known = true,
                         .name = told.front(),
                         .because = "it has no entry for the name in the caller's certificate"};
  }
  if (match.kind == policy::CallerMatch::kSeveral) {
    return CallerRefusal{.is_known = false,
                         .name = *match.name,
                         .because = "its certificate has several names that the policy knows"};
  }
  return Caller{.name = *match.name, .policy = std::move(policy), .rules = match.rules};
}

std::optional<std::string> CallerGate::Refusal(const Caller& caller,
                                               const policy::CallShape& call) {
  if (caller.policy == nullptr) return std::nullopt;
  return policy::Refusal(*caller.policy, *caller.rules, call);
}

std::optional<clock::Duration> CallerGate::TakeQuota(const Caller& caller, clock::TimePoint now) {
  if (caller.rules == nullptr || !caller.rules->quota) return std::nullopt;
  return quotas_.Take(caller.name, *caller.rules->quota, now);
}

}  // namespace suprsend_gateway::security
