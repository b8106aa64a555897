#include "service/admission/retry_budget.h"

#include <algorithm>

namespace suprsend_gateway::admission {

bool RetryBudget::Share::TakeRetry() {
  Release();
  const int64_t most = std::max(kAlways, budget_.first_attempts_ * budget_.percent_ / 100);
  if (budget_.retries_.fetch_add(1) < most) {
    holds_ = kRetry;
    return true;
  }
  --budget_.retries_;
  return false;
}

void RetryBudget::Share::Release() {
  if (holds_ == kFirstAttempt) --budget_.first_attempts_;
  if (holds_ == kRetry) --budget_.retries_;
  holds_ = kNone;
}

}  // namespace suprsend_gateway::admission
