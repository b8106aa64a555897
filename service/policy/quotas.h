#ifndef SERVICE_POLICY_QUOTAS_H_
#define SERVICE_POLICY_QUOTAS_H_

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "service/base/mutex.h"
#include "service/clock/scheduler.h"
#include "service/policy/policy.h"

namespace suprsend_gateway::policy {

// Counts calls against their callers' quotas: a bucket of tokens each, which starts full. It
// outlives a policy, so that a reload gives nobody new tokens. Any thread.
class Quotas {
 public:
  // More is never told to wait, so that `now` and a wait can be added.
  static constexpr clock::Duration kLongestWait = std::chrono::hours(24 * 365);

  // Takes a token of `caller`. Where none is there, how long until one is, over zero: a Take at
  // that time succeeds if no other came before. `quota` holds at once, also where it was another
  // before; tokens over its burst are lost.
  std::optional<clock::Duration> Take(std::string_view caller, const Quota& quota,
                                      clock::TimePoint now);

  // Forgets callers that are not in `policy`, which bounds the memory.
  void Retain(const Policy& policy);

 private:
  // `tokens` were there at `since`. Neither moves with a refused call, so that rounding does not
  // add up where somebody asks again and again.
  struct Bucket {
    Quota quota;
    double tokens;
    clock::TimePoint since;
  };

  static double TokensAt(const Bucket& bucket, clock::TimePoint at);

  base::Mutex mutex_;
  std::map<std::string, Bucket, std::less<>> buckets_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace suprsend_gateway::policy

#endif  // SERVICE_POLICY_QUOTAS_H_
