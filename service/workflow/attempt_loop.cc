#include "service/workflow/attempt_loop.h"

#include <random>
#include <utility>

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
  CancelCall call;
  CallCallback done;
  clock::TimePoint attempt_started;
  std::vector<AttemptRecord> attempts;
  std::optional<Failure> worst;  // What the call ends with if no attempt succeeds.

  void Finish(std::variant<CancelResult, Failure> result, int http_status) {
    std::move(done)(CallResult{std::move(result), http_status, std::move(attempts)});
  }
  void FinishWithWorst() {
    const int http_status = worst->http_status;
    Finish(*std::move(worst), http_status);
  }
};

void AttemptLoop::Start(CancelCall call, CallCallback done) {
  auto progress = std::make_unique<Progress>();
  progress->call = std::move(call);
  progress->done = std::move(done);
  Attempt(std::move(progress));
}

void AttemptLoop::Attempt(std::unique_ptr<Progress> progress) {
  const AttemptLimits& limits = progress->call.limits;
  progress->attempt_started = scheduler_.Now();
  if (limits.caller_gone.stop_requested() || progress->attempt_started >= limits.send_by) {
    if (!progress->worst) {
      progress->worst =
          Failure{.kind = limits.caller_gone.stop_requested() ? FailureKind::kCancelledBeforeSend
                                                              : FailureKind::kDeadlineBeforeSend};
    }
    progress->FinishWithWorst();
    return;
  }
  auto filter = progress->call.filter;
  canceller_.CancelRuns(std::move(filter), AttemptLimits(limits),
                        [this, progress = std::move(progress)](AttemptResult result) mutable {
                          OnAttemptDone(std::move(progress), std::move(result));
                        });
}

void AttemptLoop::OnAttemptDone(std::unique_ptr<Progress> progress, AttemptResult result) {
  auto* failure = std::get_if<Failure>(&result.result);
  progress->attempts.push_back({failure ? std::optional(failure->kind) : std::nullopt,
                                scheduler_.Now() - progress->attempt_started});
  if (failure) {
    OnAttemptFailed(std::move(progress), std::move(*failure));
  } else {
    progress->Finish(std::move(result.result), result.http_status);
  }
}

void AttemptLoop::OnAttemptFailed(std::unique_ptr<Progress> progress, Failure failure) {
  const CallProgress so_far{.pinned = IsPinned(*progress->call.filter),
                            .attempts = static_cast<int>(progress->attempts.size()),
                            .now = scheduler_.Now(),
                            .send_by = progress->call.limits.send_by};
  const auto step = NextStep(policy_, so_far, failure, Jitter());
  if (!progress->worst || MayHaveApplied(failure) || !MayHaveApplied(*progress->worst)) {
    progress->worst = std::move(failure);
  }
  if (const auto* retry = std::get_if<Retry>(&step)) {
    scheduler_.After(retry->delay, [this, progress = std::move(progress)]() mutable {
      Attempt(std::move(progress));
    });
  } else {
    progress->FinishWithWorst();
  }
}

}  // namespace suprsend_gateway::workflow
