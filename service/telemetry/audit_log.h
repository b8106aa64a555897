#ifndef SERVICE_TELEMETRY_AUDIT_LOG_H_
#define SERVICE_TELEMETRY_AUDIT_LOG_H_

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "service/base/mutex.h"
#include "service/telemetry/audit_file.h"
#include "service/telemetry/audit_record.h"
#include "service/telemetry/blocking_worker.h"
#include "service/telemetry/metrics.h"

namespace suprsend_gateway::telemetry {

// Appends a line a record to a file, or to stdout, in the order of Write(). A thread of its own
// makes the lines, HMACs included, and a second one is all that a file or a reader that hangs can
// hold up. A line in a file has been handed to the kernel, no more: there is no fsync, so it
// outlives the process but not the machine.
//
// What cannot be written (no space, an I/O error, no reader) waits in memory and is tried again,
// from the byte where the last write stopped, so that no line is cut or doubled. Beyond
// kMaxQueuedBytes the newest records are dropped and counted.
class AuditLog {
 public:
  // Of records, as they lie in memory: about 100,000 of small calls, which is ten seconds of a
  // gateway at its limit and many minutes of a common one, and little against the memory of the
  // calls themselves.
  static constexpr size_t kMaxQueuedBytes = size_t{64} << 20;

  // Whether records can be written, and a sentence for the operator.
  using OnChange = std::function<void(bool is_failing, std::string_view why)>;

  // Opens `path` ("-": stdout; see AuditFile::Open) or says why not. `hmac` and `on_change` run on
  // the log's thread and hold it up while they run. `on_change` is called when is_failing() has
  // changed, when Reopen() fails, and when the end loses records. `metrics` must outlive the log.
  static absl::StatusOr<std::unique_ptr<AuditLog>> Open(std::string path, Hmac hmac,
                                                        OnChange on_change, Metrics& metrics);
  // Writes what is queued. Gives up where the file fails, or one write hangs, for a second; what is
  // left then counts as dropped.
  ~AuditLog();
  AuditLog(const AuditLog&) = delete;
  AuditLog& operator=(const AuditLog&) = delete;

  // Never waits for the file. Any thread; so for what follows.
  void Write(AuditRecord record);

  // Soon opens the path anew, for rotation by rename. Where that fails the old file stays in use.
  // Records that wait are tried again at once.
  void Reopen();

  // From a write or an open that failed or has taken a second, or a record that was dropped, until
  // everything that is queued has been written.
  bool is_failing() const { return is_failing_.load(std::memory_order_relaxed); }

  // Records that were not written and never will be.
  uint64_t dropped() const { return dropped_.load(std::memory_order_relaxed); }

 private:
  using TimePoint = std::chrono::steady_clock::time_point;
  struct Queued {
    AuditRecord record;
    size_t size;
  };

  AuditLog(std::shared_ptr<AuditFile> file, Hmac hmac, OnChange on_change, Metrics& metrics);

  void Run();
  // Waits until there is something to do. False: that was all.
  bool WaitForWork();
  // False: the open hangs, and the end does not wait for it.
  bool ReopenIfAsked();
  // Gives the file the next records as lines, some kilobytes of them where there are many.
  void Format();
  std::optional<Queued> Take();
  // Runs one job on the file. Empty: it hangs, and the end does not wait for it.
  std::optional<absl::Status> OnWorker(absl::Status (AuditFile::*job)());
  bool PatienceIsOver(TimePoint since);
  void WriteEnded(const absl::Status& status);
  // All lines that were formatted have been written.
  void GroupEnded();
  void DropRest();
  void Drop(size_t records);
  void TellFailing(std::string_view why);
  void TellIfDropping();

  const std::shared_ptr<AuditFile> file_;
  const std::string name_;
  const Hmac hmac_;
  const OnChange on_change_;
  Metrics& metrics_;
  std::atomic<bool> is_failing_ = false;
  std::atomic<uint64_t> dropped_ = 0;

  base::Mutex mutex_;
  base::CondVar has_work_;
  std::deque<Queued> queue_ ABSL_GUARDED_BY(mutex_);
  size_t queued_bytes_ ABSL_GUARDED_BY(mutex_) = 0;  // The group's included.
  bool reopen_ ABSL_GUARDED_BY(mutex_) = false;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  TimePoint stopping_since_ ABSL_GUARDED_BY(mutex_);

  // The thread's own: the group of records that is being written, and how that goes.
  size_t group_bytes_ = 0;             // In memory.
  size_t group_lines_ = 0;             // Not yet written.
  std::optional<TimePoint> retry_at_;  // Set: the last write failed.
  std::chrono::milliseconds retry_delay_;
  bool has_told_failing_ = false;
  BlockingWorker worker_;

  std::thread thread_;
};

}  // namespace suprsend_gateway::telemetry

#endif  // SERVICE_TELEMETRY_AUDIT_LOG_H_
