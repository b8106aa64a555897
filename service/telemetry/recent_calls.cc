#include "service/telemetry/recent_calls.h"

#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>

namespace suprsend_gateway::telemetry {
namespace {

constexpr int64_t kStepSeconds = 5;
constexpr size_t kStepsOfMinute = 12;

bool GoesBefore(const FailureSummary& a, const FailureSummary& b) {
  const auto rank = [](const FailureSummary& failure) {
    return std::tie(failure.history.last_ten_minutes.calls, failure.time);
  };
  return rank(a) == rank(b) ? a.reason < b.reason : rank(a) > rank(b);
}

bool IsBusier(const CallerSummary& a, const CallerSummary& b) {
  const auto rank = [](const CallHistory& history) {
    return std::tie(history.last_minute.calls, history.last_ten_minutes.calls,
                    history.in_all.calls);
  };
  return rank(a.history) == rank(b.history) ? a.name < b.name : rank(a.history) > rank(b.history);
}

}  // namespace

void RecentCalls::Counter::Add(uint32_t step, bool failed) {
  Slot& slot = slots_[step % slots_.size()];
  if (slot.step != step) slot = {.step = step};
  ++slot.calls;
  ++in_all_.calls;
  if (!failed) return;
  ++slot.failed;
  ++in_all_.failed;
}

void RecentCalls::Counter::Add(const Counter& other) {
  in_all_.calls += other.in_all_.calls;
  in_all_.failed += other.in_all_.failed;
  for (size_t i = 0; i < slots_.size(); ++i) {
    const Slot& from = other.slots_[i];
    Slot& slot = slots_[i];
    if (from.step > slot.step) slot = {.step = from.step};
    if (from.step != slot.step) continue;
    slot.calls += from.calls;
    slot.failed += from.failed;
  }
}

CallHistory RecentCalls::Counter::History(uint32_t step) const {
  CallHistory history = {.in_all = in_all_};
  for (const Slot& slot : slots_) {
    // One of the future, where clocks went back, is as far off as can be.
    const uint32_t age = step - slot.step;
    if (age >= slots_.size()) continue;
    history.last_ten_minutes.calls += slot.calls;
    history.last_ten_minutes.failed += slot.failed;
    if (age >= kStepsOfMinute) continue;
    history.last_minute.calls += slot.calls;
    history.last_minute.failed += slot.failed;
  }
  return history;
}

uint32_t RecentCalls::StepOf(absl::Time time) {
  return static_cast<uint32_t>(absl::ToUnixSeconds(time) / kStepSeconds);
}

void RecentCalls::CallEnded(const CallRecord& record, absl::Time now) {
  const uint32_t step = StepOf(now);
  const bool failed = record.code != "OK";
  const std::string_view caller = std::string_view(record.caller).substr(0, kMaxNameBytes);
  base::MutexLock lock(mutex_);
  all_.Add(step, failed);
  CounterOf(caller).Add(step, failed);
  if (failed) KeepFailure(record, caller, now);
}

RecentCalls::Counter& RecentCalls::CounterOf(std::string_view caller) {
  if (const auto known = by_name_.find(caller); known != by_name_.end()) {
    callers_.splice(callers_.begin(), callers_, known->second);
    return known->second->counter;
  }
  if (callers_.size() < kMaxCallers) {
    callers_.emplace_front();
  } else {
    const auto oldest = std::prev(callers_.end());
    other_callers_.Add(oldest->counter);
    by_name_.erase(oldest->name);
    callers_.splice(callers_.begin(), callers_, oldest);
    callers_.front().counter = {};
  }
  callers_.front().name = caller;
  by_name_.emplace(callers_.front().name, callers_.begin());
  return callers_.front().counter;
}

void RecentCalls::KeepFailure(const CallRecord& record, std::string_view caller, absl::Time now) {
  const bool was_attempted = !record.attempts.empty();
  Failure& failure = failures_[{record.reason, record.outcome, record.code, was_attempted}];
  failure.counter.Add(StepOf(now), true);
  // Not a summary made anew: this takes no memory once the strings are as long as they get.
  failure.last.reason = record.reason;
  failure.last.time = now;
  failure.last.code = record.code;
  failure.last.outcome = record.outcome;
  failure.last.caller = caller;
  failure.last.request_id = record.request_id;
  failure.last.trace_id = record.trace_id;
  failure.last.was_attempted = was_attempted;
  failure.last.http_status = record.http_status;
}

RecentCallsSummary RecentCalls::Summarize(absl::Time now) const {
  const uint32_t step = StepOf(now);
  RecentCallsSummary summary;
  {
    base::MutexLock lock(mutex_);
    summary.all = all_.History(step);
    for (const auto& [key, failure] : failures_) {
      FailureSummary& last = summary.failures.emplace_back(failure.last);
      last.history = failure.counter.History(step);
    }
    for (const Caller& caller : callers_) {
      summary.callers.push_back({caller.name, caller.counter.History(step)});
    }
    const CallHistory others = other_callers_.History(step);
    if (others.in_all.calls > 0) summary.other_callers = others;
  }
  std::sort(summary.failures.begin(), summary.failures.end(), GoesBefore);
  std::sort(summary.callers.begin(), summary.callers.end(), IsBusier);
  return summary;
}

}  // namespace suprsend_gateway::telemetry
