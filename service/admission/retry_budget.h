#ifndef SERVICE_ADMISSION_RETRY_BUDGET_H_
#define SERVICE_ADMISSION_RETRY_BUDGET_H_

#include <atomic>
#include <cstdint>

namespace suprsend_gateway::admission {

// How many retries the whole process may have under way, so that an upstream in trouble is not met
// by a multiple of its load: a percentage of the calls that are at their first attempt, and always
// three. So attempts stay under (1 + percentage) times the calls at load, and a lone call is
// retried all the same. A retry counts from the start of its backoff. Any thread.
class RetryBudget {
 public:
  static constexpr int64_t kAlways = 3;

  explicit RetryBudget(int percent) : percent_(percent) {}

  // A call's part in it, from the start of its first attempt to its end.
  class Share {
   public:
    explicit Share(RetryBudget& budget) : budget_(budget) { ++budget_.first_attempts_; }
    Share(const Share&) = delete;
    Share& operator=(const Share&) = delete;
    ~Share() { Release(); }

    // The attempt has failed: whether the budget has one more for this call.
    bool TakeRetry();

   private:
    void Release();

    RetryBudget& budget_;
    enum { kFirstAttempt, kRetry, kNone } holds_ = kFirstAttempt;
  };

  // Under way, and how many may be.
  int64_t retries() const { return retries_; }
  int64_t limit() const;

 private:
  const int percent_;
  std::atomic<int64_t> first_attempts_ = 0;
  std::atomic<int64_t> retries_ = 0;
};

}  // namespace suprsend_gateway::admission

#endif  // SERVICE_ADMISSION_RETRY_BUDGET_H_
