#ifndef SERVICE_SECURITY_CALLER_GATE_H_
#define SERVICE_SECURITY_CALLER_GATE_H_

#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "service/base/mutex.h"
#include "service/clock/scheduler.h"
#include "service/policy/policy.h"
#include "service/policy/quotas.h"

namespace suprsend_gateway::security {

// A caller that may go on, with the policy as it was when the call came.
struct Caller {
  std::string name;  // As the certificate has it; empty where callers are not told apart.
  std::shared_ptr<const policy::Policy> policy;  // nullptr: everything is allowed.
  const policy::CallerRules* rules = nullptr;    // In `policy`.
};

struct CallerRefusal {
  bool is_known;        // Whether we know who it is, and it may not; else we do not know.
  std::string name;     // For the records, visible ASCII; of several that are known the first.
  std::string because;  // A sentence of ours, without a value of the request.
};

// Who may call, and what. Any thread.
class CallerGate {
 public:
  enum class Trust {
    kAnyone,       // Callers are not told apart: plaintext.
    kAnyVerified,  // Everyone whose certificate names somebody.
    kPolicy,       // Only whom the policy names.
  };

  // kPolicy: a policy must be set before anybody calls.
  explicit CallerGate(Trust trust) : trust_(trust) {}

  bool trusts_anyone() const { return trust_ == Trust::kAnyone; }

  // From now on this policy holds, for calls that come.
  void SetPolicy(std::shared_ptr<const policy::Policy> policy);

  // `names`: what the caller's verified certificate says.
  std::variant<Caller, CallerRefusal> Identify(const policy::CallerNames& names) const;

  // Why this caller may not make such a call; nullopt: it may.
  static std::optional<std::string> Refusal(const Caller& caller, const policy::CallShape& call);

  // Takes one call off the caller's quota; otherwise how long until there is one again.
  std::optional<clock::Duration> TakeQuota(const Caller& caller, clock::TimePoint now);

 private:
  std::shared_ptr<const policy::Policy> CurrentPolicy() const;

  const Trust trust_;
  mutable base::Mutex mutex_;
  std::shared_ptr<const policy::Policy> policy_ ABSL_GUARDED_BY(mutex_);
  policy::Quotas quotas_;
};

}  // namespace suprsend_gateway::security

#endif  // SERVICE_SECURITY_CALLER_GATE_H_
