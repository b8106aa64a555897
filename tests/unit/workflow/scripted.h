#ifndef TESTS_UNIT_WORKFLOW_SCRIPTED_H_
#define TESTS_UNIT_WORKFLOW_SCRIPTED_H_

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "service/workflow/attempt_loop.h"

namespace suprsend_gateway::workflow {

// A clock that stands still until it is told, and the waits that were asked of it.
class FakeScheduler final : public clock::Scheduler {
 public:
  clock::TimePoint Now() const override { return now_; }
  void After(clock::Duration delay, absl::AnyInvocable<void() &&> callback) override {
    waits_.push_back({delay, std::move(callback)});
  }

  void Advance(clock::Duration time) { now_ += time; }
  size_t waiting() const { return waits_.size(); }
  clock::Duration next_delay() const { return waits_.at(0).delay; }
  // Lets the oldest wait end, `late` after it is due.
  void RunNext(clock::Duration late = {}) {
    Wait wait = std::move(waits_.at(0));
    waits_.pop_front();
    now_ += wait.delay + late;
    std::move(wait.callback)();
  }

 private:
  struct Wait {
    clock::Duration delay;
    absl::AnyInvocable<void() &&> callback;
  };
  clock::TimePoint now_{std::chrono::seconds(1000)};
  std::deque<Wait> waits_;
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

  void CancelRuns(std::shared_ptr<const CancelFilter> filter, AttemptLimits limits,
                  AttemptCallback done) override {
    filters_.push_back(std::move(filter));
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

  size_t attempts() const { return filters_.size(); }
  const CancelFilter* filter(size_t attempt) const { return filters_[attempt].get(); }
  const AttemptLimits& limits(size_t attempt) const { return limits_[attempt]; }

 private:
  FakeScheduler& scheduler_;
  std::deque<Step> script_;
  std::deque<AttemptCallback> open_;
  std::vector<std::shared_ptr<const CancelFilter>> filters_;
  std::vector<AttemptLimits> limits_;
};

// A loop with both, and what the last call ended with.
class LoopWorld {
 public:
  explicit LoopWorld(int max_attempts)
      : loop_(canceller, scheduler, RetryPolicy{.max_attempts = max_attempts}) {}

  void Start(CancelFilter filter) {
    loop_.Start({.filter = std::make_shared<const CancelFilter>(std::move(filter)),
                 .limits = {.send_by = scheduler.Now() + send_in,
                            .deadline = scheduler.Now() + send_in + std::chrono::milliseconds(50),
                            .caller_gone = caller.get_token()}},
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
