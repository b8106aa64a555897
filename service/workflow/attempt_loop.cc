#include "service/workflow/attempt_loop.h"

#include <algorithm>
#include <random>
#include <utility>

#include "service/workflow/upstream_sign.h"

namespace suprsend_gateway::workflow {
namespace {

double Jitter() {
  thread_local std::minstd_rand engine{std::random_device{}()};
  return std::generate_canonical<double, 32>(engine);
}

bool MayHaveApplied(const Failure& failure) {
  return RowOf(failure.kind).outcome == Outcome::kUnknown;
}

}  // namespace

struct AttemptLoop::Progress {
  Progress(CancelCall started, CallCallback callback, admission::RetryBudget& budget)
      : call(std::move(started)), done(std::move(callback)), budget_share(budget) {}

  CancelCall call;
  CallCallback done;
  admission::RetryBudget::Share budget_share;
  admission::CircuitBreaker::Pass pass;
  clock::TimePoint attempt_started;
  std::vector<AttemptRecord> attempts;
  std::optional<Failure> worst;  // What the call ends with if no attempt succeeds.
  bool had_key_retry = false;

  // Ends the call where an attempt cannot be made any more; whether it did.
  bool FinishIfOver(clock::TimePoint now) {
    const bool caller_gone = call.limits.caller_gone.stop_requested();
    if (!caller_gone && now < call.limits.send_by) return false;
    FinishUnsent({.kind = caller_gone ? FailureKind::kCancelledBeforeSend
                                      : FailureKind::kDeadlineBeforeSend});
    return true;
  }
  // The attempt that was to be made is not.
  void FinishUnsent(Failure why) {
    if (!worst) worst = std::move(why);
    FinishWithWorst();
  }
  void FinishWithWorst() {
    const int http_status = worst->http_status;
    std::move(done)(CallResult{
        .result = *std::move(worst), .http_status = http_status, .attempts = std::move(attempts)});
  }
};

void AttemptLoop::Start(CancelCall call, CallCallback done) {
  SeekAdmission(std::make_unique<Progress>(std::move(call), std::move(done), health_.retry_budget));
}

void AttemptLoop::SeekAdmission(std::unique_ptr<Progress> progress) {
  const clock::TimePoint now = scheduler_.Now();
  if (progress->FinishIfOver(now)) return;
  if (const auto cool_down = health_.cool_down.Remaining(now); cool_down > clock::Duration()) {
    if (cool_down > kMaxRateLimitWait || now + cool_down >= progress->call.limits.send_by) {
      progress->FinishUnsent({.kind = FailureKind::kRateLimited, .retry_after = cool_down});
    } else {
      // Not all at the same moment.
      Wait(std::move(progress), cool_down + std::chrono::duration_cast<clock::Duration>(
                                                policy_.base_backoff * Jitter()));
    }
    return;
  }
  const auto admission = health_.breaker.Admit(now);
  if (!admission.is_admitted) {
    progress->FinishUnsent(
        {.kind = FailureKind::kCircuitOpen, .retry_after = admission.retry_after});
    return;
  }
  progress->pass = admission.pass;
  if (!progress->call.before_first_attempt) return Attempt(std::move(progress));
  auto before = std::exchange(progress->call.before_first_attempt, nullptr);
  std::move(before)(
      [this, progress = std::move(progress)]() mutable { Attempt(std::move(progress)); });
}

void AttemptLoop::Attempt(std::unique_ptr<Progress> progress) {
  progress->attempt_started = scheduler_.Now();
  if (progress->FinishIfOver(progress->attempt_started)) return;
  auto request = progress->call.request;
  AttemptLimits limits = progress->call.limits;
  if (IsPinned(request->filter)) {
    limits.deadline =
        std::min(limits.deadline, progress->attempt_started + policy_.attempt_timeout);
  }
  canceller_.CancelRuns(std::move(request), std::move(limits),
                        [this, progress = std::move(progress)](AttemptResult result) mutable {
                          OnAttemptDone(std::move(progress), std::move(result));
                        });
}

void AttemptLoop::OnAttemptDone(std::unique_ptr<Progress> progress, AttemptResult result) {
  const clock::TimePoint now = scheduler_.Now();
  health_.breaker.Record(now, progress->pass, SignOf(result));
  auto* failure = std::get_if<Failure>(&result.result);
  progress->attempts.push_back(
      {failure ? std::optional(failure->kind) : std::nullopt, now - progress->attempt_started});
  if (failure) return OnAttemptFailed(std::move(progress), std::move(*failure));
  std::move(progress->done)(
      CallResult{.result = std::move(result.result),
                 .http_status = result.http_status,
                 .attempts = std::move(progress->attempts),
                 .answer_was_lost = progress->worst && MayHaveApplied(*progress->worst)});
}

void AttemptLoop::OnAttemptFailed(std::unique_ptr<Progress> progress, Failure failure) {
  const clock::TimePoint now = scheduler_.Now();
  if (failure.kind == FailureKind::kRateLimited && failure.retry_after) {
    health_.cool_down.Begin(now, *failure.retry_after);
  }
  const AttemptLimits& limits = progress->call.limits;
  const CallProgress so_far{.pinned = IsPinned(progress->call.request->filter),
                            .attempts = static_cast<int>(progress->attempts.size()),
                            .now = now,
                            .send_by = limits.send_by,
                            .caller_gone = limits.caller_gone.stop_requested(),
                            .had_key_retry = progress->had_key_retry};
  const auto step = NextStep(policy_, so_far, failure, Jitter());
  if (!progress->worst || MayHaveApplied(failure) || !MayHaveApplied(*progress->worst)) {
    progress->worst = std::move(failure);
  }
  const auto* retry = std::get_if<Retry>(&step);
  if (retry != nullptr && (retry->is_key_retry || progress->budget_share.TakeRetry())) {
    progress->had_key_retry |= retry->is_key_retry;
    Wait(std::move(progress), retry->delay);
  } else {
    progress->FinishWithWorst();
  }
}

void AttemptLoop::Wait(std::unique_ptr<Progress> progress, clock::Duration delay) {
  // Both the timer and the caller's going end the wait; the first takes the call on.
  struct Waiting {
    std::unique_ptr<Progress> progress;
    std::optional<std::stop_callback<absl::AnyInvocable<void()>>> on_caller_gone;
  };
  const std::stop_token caller_gone = progress->call.limits.caller_gone;
  const auto waiting = std::make_shared<Waiting>();
  waiting->progress = std::move(progress);
  const auto go_on = [this](const std::shared_ptr<Waiting>& ended) {
    if (ended->progress) SeekAdmission(std::move(ended->progress));
  };
  scheduler_.After(delay, [go_on, waiting] { go_on(waiting); });
  waiting->on_caller_gone.emplace(
      caller_gone, [this, go_on, weak = std::weak_ptr<Waiting>(waiting)] {
        if (auto ended = weak.lock()) {
          scheduler_.After(clock::Duration(), [go_on, ended = std::move(ended)] { go_on(ended); });
        }
      });
}

}  // namespace suprsend_gateway::workflow
