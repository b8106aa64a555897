#ifndef TESTS_UNIT_WORKFLOW_SCRIPTED_H_
#define TESTS_UNIT_WORKFLOW_SCRIPTED_H_

#include <algorithm>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "service/workflow/attempt_loop.h"

namespace suprsend_gateway::workflow {

inline std::shared_ptr<const CancelRequest> RequestOf(CancelFilter filter,
                                                      std::string traceparent = "") {
  return std::make_shared<const CancelRequest>(
      CancelRequest{.filter = std::move(filter), .traceparent = std::move(traceparent)});
}

// A clock that stands still until it is told, and the waits that were asked of it.
class FakeScheduler final : public clock::Scheduler {
 public:
  clock::TimePoint Now() const override { return now_; }
  void After(clock::Duration delay, absl::AnyInvocable<void() &&> callback) override {
    waits_.emplace(now_ + delay, std::move(callback));
  }

  void Advance(clock::Duration time) { now_ += time; }
  size_t waiting() const { return waits_.size(); }
  clock::Duration next_delay() const { return First()->first - now_; }
  // Lets the wait that is due first end, `late` after it is due.
  void RunNext(clock::Duration late = {}) {
    auto node = waits_.extract(First());
    now_ = std::max(now_, node.key() + late);
    std::move(node.mapped())();
  }

 private:
  using Waits = std::multimap<clock::TimePoint, absl::AnyInvocable<void() &&>>;

  Waits::const_iterator First() const {
    if (waits_.empty()) throw std::out_of_range("nothing waits");
    return waits_.begin();
  }

  clock::TimePoint now_{std::chrono::seconds(1000)};
  Waits waits_;
};

// Attempts that last and end as the script says; without one left, an attempt stays open.
class ScriptedCanceller final : public RunCanceller {
 public:
  struct Step {
    AttemptResult result;
    clock::Duration lasts{};
    std::function<void()> meanwhile = [] {};
  };

  explicit ScriptedCanceller(FakeScheduler& scheduler) : scheduler_(scheduler) {}

  void CancelRuns(std::shared_ptr<const CancelRequest> request, AttemptLimits limits,
                  AttemptCallback done) override {
    requests_.push_back(std::move(request));
    limits_.push_back(std::move(limits));
    if (script_.empty()) {
      open_.push_back(std::move(done));
      return;
    }
    Step step = std::move(script_.front());
    script_.pop_front();
    scheduler_.Advance(step.lasts);
    step.meanwhile();
    std::move(done)(std::move(step.result));
  }

  void Then(Step step) { script_.push_back(std::move(step)); }
  void ThenFail(FailureKind kind, int http_status = 0) {
    Then({.result = {.result = Failure{.kind = kind, .http_status = http_status},
                     .http_status = http_status}});
  }
  void ThenSucceed(std::vector<std::string> ids) {
    Then({.result = {.result = CancelResult{std::move(ids)}, .http_status = 200}});
  }
  void EndOpen(AttemptResult result) {
    AttemptCallback done = std::move(open_.at(0));
    open_.pop_front();
    std::move(done)(std::move(result));
  }

  size_t attempts() const { return requests_.size(); }
  const CancelRequest* request(size_t attempt) const { return requests_[attempt].get(); }
  const AttemptLimits& limits(size_t attempt) const { return limits_[attempt]; }

 private:
  FakeScheduler& scheduler_;
  std::deque<Step> script_;
  std::deque<AttemptCallback> open_;
  std::vector<std::shared_ptr<const CancelRequest>> requests_;
  std::vector<AttemptLimits> limits_;
};

// A loop with both, and what the last call ended with.
class LoopWorld {
 public:
  explicit LoopWorld(int max_attempts, const admission::BreakerOptions& breaker = {},
                     int budget_percent = 100)
      : health{.breaker = admission::CircuitBreaker(
                   breaker, [this](bool is_open) { breaker_changes.push_back(is_open); }),
               .cool_down = {},
               .retry_budget = admission::RetryBudget(budget_percent)},
        loop_(canceller, scheduler, health, RetryPolicy{.max_attempts = max_attempts}) {}

  using Hook = absl::AnyInvocable<void(absl::AnyInvocable<void() &&>) &&>;
  void Start(CancelFilter filter, Hook before_first_attempt = nullptr) {
    loop_.Start({.request = RequestOf(std::move(filter), "the traceparent"),
                 .limits = {.send_by = scheduler.Now() + send_in,
                            .deadline = scheduler.Now() + send_in + std::chrono::milliseconds(50),
                            .caller_gone = caller.get_token()},
                 .before_first_attempt = std::move(before_first_attempt)},
                [this](CallResult result) {
                  ++endings;
                  ended = std::move(result);
                });
  }
  void RunAll() {
    while (scheduler.waiting() > 0) scheduler.RunNext();
  }
  const Failure& failure() const { return std::get<Failure>(ended.value().result); }

  FakeScheduler scheduler;
  ScriptedCanceller canceller{scheduler};
  std::vector<bool> breaker_changes;
  admission::UpstreamHealth health;
  std::stop_source caller;
  clock::Duration send_in = std::chrono::seconds(10);
  int endings = 0;
  std::optional<CallResult> ended;

 private:
  AttemptLoop loop_;
};

inline CancelFilter Pinned() { return {.execution_id = "dsl_1"}; }
inline CancelFilter Open() { return {.recipients = {"user_1"}, .workflow_slug = "slug"}; }

}  // namespace suprsend_gateway::workflow

#endif  // TESTS_UNIT_WORKFLOW_SCRIPTED_H_
