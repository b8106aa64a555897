#include "service/policy/quotas.h"

#include <algorithm>

namespace suprsend_gateway::policy {
namespace {

using Seconds = std::chrono::duration<double>;

// Rounding must not refuse a call that comes after just the wait that it was told. What is taken
// too much is owed, so that nothing adds up.
constexpr double kWholeToken = 1 - 1e-9;

clock::Duration TimeFor(double tokens, double calls_per_second) {
  const Seconds time(tokens / calls_per_second);
  if (time > Seconds(Quotas::kLongestWait)) return Quotas::kLongestWait;
  return std::max(std::chrono::ceil<clock::Duration>(time), clock::Duration(1));
}

}  // namespace

double Quotas::TokensAt(const Bucket& bucket, clock::TimePoint at) {
  const double gained = Seconds(at - bucket.since).count() * bucket.quota.calls_per_second;
  return std::min(bucket.tokens + gained, static_cast<double>(bucket.quota.burst));
}

std::optional<clock::Duration> Quotas::Take(std::string_view caller, const Quota& quota,
                                            clock::TimePoint now) {
  base::MutexLock lock(mutex_);
  auto found = buckets_.find(caller);
  if (found == buckets_.end()) {
    const Bucket full{.quota = quota, .tokens = static_cast<double>(quota.burst), .since = now};
    found = buckets_.emplace(caller, full).first;
  }
  Bucket& bucket = found->second;
  // Another thread may have read the clock later and come here first.
  const clock::TimePoint at = std::max(now, bucket.since);
  double tokens = TokensAt(bucket, at);
  if (bucket.quota != quota) {
    tokens = std::min(tokens, static_cast<double>(quota.burst));
    bucket = {.quota = quota, .tokens = tokens, .since = at};
  }
  if (tokens < kWholeToken) {
    return std::min(at - now + TimeFor(1 - tokens, quota.calls_per_second), kLongestWait);
  }
  bucket.tokens = tokens - 1;
  bucket.since = at;
  return std::nullopt;
}

void Quotas::Retain(const Policy& policy) {
  base::MutexLock lock(mutex_);
  std::erase_if(buckets_,
                [&policy](const auto& entry) { return !policy.callers.contains(entry.first); });
}

}  // namespace suprsend_gateway::policy
