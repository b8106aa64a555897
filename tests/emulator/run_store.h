#ifndef TESTS_EMULATOR_RUN_STORE_H_
#define TESTS_EMULATOR_RUN_STORE_H_

#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <unordered_map>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "tests/emulator/mutex.h"

namespace suprsend_gateway::emulator {

struct Recipient {
  std::string json;  // as the trigger gave it: a JSON string or object
  // What a cancel may name it by: its distinct_id and every contact of its object.
  std::vector<std::string> identifiers;
};

struct Trigger {
  std::string workflow_slug;
  std::optional<std::string> idempotency_key;
  std::vector<Recipient> recipients;
};

// One line of a seed file.
struct SeedRun {
  std::string workflow_slug;
  Recipient recipient;
  std::optional<std::string> idempotency_key;
  std::optional<std::string> execution_id;  // made up where absent
};

// A set member must match; all that are set are ANDed. Nothing set matches every run.
struct CancelFilter {
  std::optional<std::string> execution_id;
  std::optional<std::vector<std::string>> recipients;  // the run's recipient is one of these
  std::optional<std::string> idempotency_key;
  std::optional<std::string> workflow_slug;
};

struct Run {
  std::string execution_id;
  std::string message_id;
  std::string workflow_slug;
  std::optional<std::string> idempotency_key;
  Recipient recipient;
  int64_t times_cancelled = 0;  // 0 while it runs, then 1
  int64_t times_matched = 0;    // cancels whose filter matched, also those after it was cancelled
};

// Exact string comparison, as SuprSend documents no other.
bool Matches(const CancelFilter& filter, const Run& run);

// All runs since the start or the last Clear, running and cancelled. Any thread may call anything.
class RunStore {
 public:
  struct Triggered {
    std::string message_id;
    int64_t runs_created = 0;
  };

  struct Snapshot {
    std::vector<Run> runs;         // oldest first
    int64_t cancels_applied = 0;   // calls of Cancel
    int64_t triggers_ignored = 0;  // repeats of an idempotency key
  };

  RunStore();

  // Creates one run a recipient. A repeat of an idempotency key creates none, whatever else it
  // holds, and gets the first trigger's message_id: SuprSend ignores such a repeat.
  Triggered Add(const Trigger& trigger);

  // ALREADY_EXISTS if the execution_id is taken. Seeds may share an idempotency key.
  absl::Status Add(const SeedRun& seed);

  // Cancels each running run that matches; their execution ids, oldest first.
  std::vector<std::string> Cancel(const CancelFilter& filter);

  Snapshot All() const;
  void Clear();

 private:
  void AddRun(Run run) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool Apply(const CancelFilter& filter, Run& run) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  std::string RandomHex() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  mutable Mutex mutex_;
  std::mt19937_64 random_ ABSL_GUARDED_BY(mutex_);
  Snapshot state_ ABSL_GUARDED_BY(mutex_);
  // Positions in state_.runs, so that a benchmark's cancels do not walk over all runs.
  std::unordered_map<std::string, size_t> by_execution_id_ ABSL_GUARDED_BY(mutex_);
  std::unordered_map<std::string, std::vector<size_t>> by_idempotency_key_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace suprsend_gateway::emulator

#endif  // TESTS_EMULATOR_RUN_STORE_H_
