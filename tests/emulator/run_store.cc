#include "tests/emulator/run_store.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace suprsend_gateway::emulator {
namespace {

bool IsOneOf(const Recipient& recipient, const std::vector<std::string>& wanted) {
  return std::any_of(wanted.begin(), wanted.end(), [&](const std::string& name) {
    return std::find(recipient.identifiers.begin(), recipient.identifiers.end(), name) !=
           recipient.identifiers.end();
  });
}

}  // namespace

bool Matches(const CancelFilter& filter, const Run& run) {
  if (filter.execution_id && *filter.execution_id != run.execution_id) return false;
  if (filter.recipients && !IsOneOf(run.recipient, *filter.recipients)) return false;
  if (filter.idempotency_key && filter.idempotency_key != run.idempotency_key) return false;
  if (filter.workflow_slug && *filter.workflow_slug != run.workflow_slug) return false;
  return true;
}

RunStore::RunStore() : random_(std::random_device{}()) {}

RunStore::Triggered RunStore::Add(const Trigger& trigger) {
  MutexLock lock(mutex_);
  if (trigger.idempotency_key) {
    const auto first = by_idempotency_key_.find(*trigger.idempotency_key);
    if (first != by_idempotency_key_.end()) {
      ++state_.triggers_ignored;
      return {.message_id = state_.runs[first->second.front()].message_id, .runs_created = 0};
    }
  }
  const std::string message_id = RandomHex();
  for (const Recipient& recipient : trigger.recipients) {
    AddRun({.execution_id = absl::StrCat("exec_", RandomHex()),
            .message_id = message_id,
            .workflow_slug = trigger.workflow_slug,
            .idempotency_key = trigger.idempotency_key,
            .recipient = recipient});
  }
  return {.message_id = message_id,
          .runs_created = static_cast<int64_t>(trigger.recipients.size())};
}

absl::Status RunStore::Add(const SeedRun& seed) {
  MutexLock lock(mutex_);
  std::string id = seed.execution_id ? *seed.execution_id : absl::StrCat("exec_", RandomHex());
  if (by_execution_id_.count(id) > 0) {
    return absl::AlreadyExistsError(absl::StrCat("execution_id ", id, " is given more than once"));
  }
  AddRun({.execution_id = std::move(id),
          .message_id = RandomHex(),
          .workflow_slug = seed.workflow_slug,
          .idempotency_key = seed.idempotency_key,
          .recipient = seed.recipient});
  return absl::OkStatus();
}

std::vector<std::string> RunStore::Cancel(const CancelFilter& filter) {
  MutexLock lock(mutex_);
  ++state_.cancels_applied;
  std::vector<std::string> cancelled;
  if (filter.execution_id) {
    const auto found = by_execution_id_.find(*filter.execution_id);
    if (found != by_execution_id_.end() && Apply(filter, state_.runs[found->second])) {
      cancelled.push_back(*filter.execution_id);
    }
  } else if (filter.idempotency_key) {
    const auto found = by_idempotency_key_.find(*filter.idempotency_key);
    if (found == by_idempotency_key_.end()) return cancelled;
    for (const size_t position : found->second) {
      Run& run = state_.runs[position];
      if (Apply(filter, run)) cancelled.push_back(run.execution_id);
    }
  } else {
    for (Run& run : state_.runs) {
      if (Apply(filter, run)) cancelled.push_back(run.execution_id);
    }
  }
  return cancelled;
}

// True if this call is what cancelled the run.
bool RunStore::Apply(const CancelFilter& filter, Run& run) {
  if (!Matches(filter, run)) return false;
  ++run.times_matched;
  if (run.times_cancelled > 0) return false;
  ++run.times_cancelled;
  return true;
}

RunStore::Snapshot RunStore::All() const {
  MutexLock lock(mutex_);
  return state_;
}

void RunStore::Clear() {
  MutexLock lock(mutex_);
  state_ = {};
  by_execution_id_.clear();
  by_idempotency_key_.clear();
}

void RunStore::AddRun(Run run) {
  const size_t position = state_.runs.size();
  by_execution_id_.emplace(run.execution_id, position);
  if (run.idempotency_key) by_idempotency_key_[*run.idempotency_key].push_back(position);
  state_.runs.push_back(std::move(run));
}

std::string RunStore::RandomHex() {
  const uint64_t high = random_();
  const uint64_t low = random_();
  return absl::StrFormat("%016x%016x", high, low);
}

}  // namespace suprsend_gateway::emulator
