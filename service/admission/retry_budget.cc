#include "service/admission/retry_budget.h"

#include <algorithm>

namespace suprsend_gateway::admission {

int64_t RetryBudget::limit() const { return std::max(kAlways, first_attempts_ * percent_ / 100); }

bool RetryBudget::Share::TakeRetry() {
  Release();
  if (const int64_t limit = budget_.limit(); budget_.retries_.fetch_add(1) < limit) {
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
