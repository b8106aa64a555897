#ifndef SERVICE_POLICY_POLICY_H_
#define SERVICE_POLICY_POLICY_H_

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace suprsend_gateway::policy {

// So many calls may come at once, and so many a second in the long run.
struct Quota {
  double calls_per_second;  // Over 0; may be a fraction.
  int burst;                // 1 or more.

  bool operator==(const Quota&) const = default;
};

// What one caller may do. An open call has neither execution_id nor idempotency_key: runs that
// began a moment ago may match it too. A slug alone, which is an open call as well, cancels a whole
// workflow.
struct CallerRules {
  // Absent: any. A call that names none is not held back by the list, but by must_name_slug.
  std::optional<std::vector<std::string>> workflow_slugs;
  bool must_name_slug = false;
  bool allow_open_calls = false;
  bool allow_slug_alone = false;         // Needs allow_open_calls too.
  std::optional<size_t> max_recipients;  // In one call. Absent: any number.
  std::optional<Quota> quota;            // Absent: none.
};

struct Policy {
  // The kill switches: false denies to all callers, whatever their rules say.
  bool allow_calls = true;
  bool allow_open_calls = true;
  // By a name of the caller's certificate, byte for byte: spiffe://prod/ns/billing/sa/api or
  // billing.internal.
  std::map<std::string, CallerRules, std::less<>> callers;
};

// Whether a caller can have that name: visible ASCII without blanks, as every URI and DNS name is.
bool IsCallerName(std::string_view name);

// All subject alternative names of a verified certificate.
struct CallerNames {
  std::vector<std::string> uris;
  std::vector<std::string> dns;
};

struct CallerMatch {
  enum Kind {
    kNone,
    kOne,
    kSeveral,  // Whose rules to take would be a guess.
  };
  Kind kind = kNone;
  // The entry, in the policy that was asked. Where it is kSeveral: the first one's name, no rules.
  const std::string* name = nullptr;
  const CallerRules* rules = nullptr;
};

// The entry for a certificate. Only its URIs are looked at, or where it has none its DNS names: a
// host name beside a workload's identity gives no more rights.
CallerMatch FindCaller(const Policy& policy, const CallerNames& names);

// All that the policy wants to know of a call.
struct CallShape {
  std::optional<std::string_view> workflow_slug;
  size_t recipients = 0;
  bool has_execution_id = false;
  bool has_idempotency_key = false;
};

// Why the policy refuses the call, as a sentence for the caller with the rule's name in it and no
// value of the call; nullopt where it is allowed. Does not count the quota.
std::optional<std::string> Refusal(const Policy& policy, const CallerRules& rules,
                                   const CallShape& call);

}  // namespace suprsend_gateway::policy

#endif  // SERVICE_POLICY_POLICY_H_
