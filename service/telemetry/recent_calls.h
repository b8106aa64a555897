#ifndef SERVICE_TELEMETRY_RECENT_CALLS_H_
#define SERVICE_TELEMETRY_RECENT_CALLS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"
#include "service/base/mutex.h"
#include "service/telemetry/call_record.h"

namespace suprsend_gateway::telemetry {

// Calls that ended, and those of them that were not OK.
struct CallCounts {
  uint64_t calls = 0;
  uint64_t failed = 0;

  bool operator==(const CallCounts&) const = default;
};

// The times are counted in steps of five seconds, of which the current one has just begun: "a
// minute" is 55 to 60 seconds.
struct CallHistory {
  CallCounts last_minute;
  CallCounts last_ten_minutes;
  CallCounts in_all;

  bool operator==(const CallHistory&) const = default;
};

// How often calls failed with one reason, outcome and code, after an attempt or without one, and
// the last of them.
struct FailureSummary {
  std::string reason;
  CallHistory history;
  absl::Time time;
  std::string code;
  std::string outcome;
  std::string caller;
  std::string request_id;
  std::string trace_id;
  bool was_attempted = false;  // To reach SuprSend; that the request got there does not follow.
  int http_status = 0;         // 0: no answer came.
};

struct CallerSummary {
  std::string name;  // Empty: a caller without a name.
  CallHistory history;
};

struct RecentCallsSummary {
  // Most in the last ten minutes first, then the latest.
  std::vector<FailureSummary> failures;
  // Most in the last minute first.
  std::vector<CallerSummary> callers;
  // All callers but those together, where there were more than are kept apart.
  std::optional<CallHistory> other_callers;
  // Of everyone.
  CallHistory all;
};

// What the person who is paged asks of the calls so far: what fails, and whose calls they are.
// Bounded whatever callers are named. Any thread.
class RecentCalls {
 public:
  // Kept apart, those whose last call is latest; one that comes back later begins at nought.
  static constexpr size_t kMaxCallers = 100;
  // Names that begin with the same so many bytes count as one.
  static constexpr size_t kMaxNameBytes = 1024;

  // Once a call, at its end, at `now`. Costs a tenth or two of a microsecond, a caller who is not
  // kept yet one.
  void CallEnded(const CallRecord& record, absl::Time now);

  RecentCallsSummary Summarize(absl::Time now) const;

 private:
  class Counter {
   public:
    void Add(uint32_t step, bool failed);
    void Add(const Counter& other);
    CallHistory History(uint32_t step) const;

   private:
    struct Slot {
      uint32_t step = 0;
      uint32_t calls = 0;
      uint32_t failed = 0;
    };
    CallCounts in_all_;
    std::array<Slot, 120> slots_;  // Ten minutes; by step, so that each is used again.
  };
  struct Caller {
    std::string name;
    Counter counter;
  };
  struct Failure {
    FailureSummary last;  // But for its history.
    Counter counter;
  };

  static uint32_t StepOf(absl::Time time);
  Counter& CounterOf(std::string_view caller) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void KeepFailure(const CallRecord& record, std::string_view caller, absl::Time now)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  mutable base::Mutex mutex_;
  Counter all_ ABSL_GUARDED_BY(mutex_);
  std::list<Caller> callers_ ABSL_GUARDED_BY(mutex_);  // The latest first.
  // The names are those in `callers_`.
  absl::flat_hash_map<std::string_view, std::list<Caller>::iterator> by_name_
      ABSL_GUARDED_BY(mutex_);
  Counter other_callers_ ABSL_GUARDED_BY(mutex_);
  // By reason and outcome, which are constants, code, and whether an attempt was made: a reason may
  // come with several.
  std::map<std::tuple<std::string_view, std::string_view, std::string, bool>, Failure> failures_
      ABSL_GUARDED_BY(mutex_);
};

}  // namespace suprsend_gateway::telemetry

#endif  // SERVICE_TELEMETRY_RECENT_CALLS_H_
