#include "service/telemetry/audit_log.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

namespace suprsend_gateway::telemetry {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// One write() takes so much where there is so much: beyond, fewer calls save nothing.
constexpr size_t kGroupBytes = size_t{64} << 10;

constexpr milliseconds kFirstRetryDelay{100};
constexpr milliseconds kLastRetryDelay{1000};

// A write that takes longer hangs, and the end does not wait longer for one that fails.
constexpr milliseconds kPatience{1000};

// How often a write that takes long is looked at.
constexpr milliseconds kLook{100};

}  // namespace

absl::StatusOr<std::unique_ptr<AuditLog>> AuditLog::Open(std::string path, Hmac hmac,
                                                         OnChange on_change, Metrics& metrics) {
  absl::StatusOr<std::shared_ptr<AuditFile>> file = AuditFile::Open(std::move(path));
  if (!file.ok()) return file.status();
  return std::unique_ptr<AuditLog>(
      new AuditLog(*std::move(file), std::move(hmac), std::move(on_change), metrics));
}

AuditLog::AuditLog(std::shared_ptr<AuditFile> file, Hmac hmac, OnChange on_change, Metrics& metrics)
    : file_(std::move(file)),
      name_(file_->name()),
      hmac_(std::move(hmac)),
      on_change_(std::move(on_change)),
      metrics_(metrics),
      retry_delay_(kFirstRetryDelay),
      thread_([this] { Run(); }) {}

AuditLog::~AuditLog() {
  {
    base::MutexLock lock(mutex_);
    stopping_ = true;
    stopping_since_ = steady_clock::now();
  }
  has_work_.NotifyOne();
  thread_.join();
}

void AuditLog::Write(AuditRecord record) {
  const size_t size = SizeInMemory(record);
  bool was_empty;
  {
    base::MutexLock lock(mutex_);
    was_empty = queue_.empty();
    if (size > kMaxQueuedBytes - queued_bytes_) {
      Drop(1);
      is_failing_ = true;
    } else {
      queued_bytes_ += size;
      queue_.push_back({std::move(record), size});
    }
  }
  if (was_empty) has_work_.NotifyOne();
}

void AuditLog::Reopen() {
  {
    base::MutexLock lock(mutex_);
    reopen_ = true;
  }
  has_work_.NotifyOne();
}

void AuditLog::Run() {
  while (WaitForWork()) {
    if (!ReopenIfAsked()) break;
    TellIfDropping();
    if (group_lines_ == 0) Format();
    if (group_lines_ == 0) {
      GroupEnded();
      continue;
    }
    const std::optional<absl::Status> status = OnWorker(&AuditFile::WriteSome);
    if (!status) break;
    WriteEnded(*status);
  }
  DropRest();
}

bool AuditLog::WaitForWork() {
  base::MutexLock lock(mutex_);
  for (;;) {
    const auto now = steady_clock::now();
    const bool has_records = group_lines_ > 0 || !queue_.empty();
    if (stopping_ && !has_records) return false;
    if (stopping_ && retry_at_ && now >= stopping_since_ + kPatience) return false;
    if (reopen_) return true;
    if (has_records && (!retry_at_ || now >= *retry_at_)) return true;
    if (!has_records && is_failing_) return true;  // No longer.
    if (!has_records) {
      has_work_.Wait(mutex_);
    } else {
      const auto end = stopping_ ? std::min(*retry_at_, stopping_since_ + kPatience) : *retry_at_;
      has_work_.WaitUntil(mutex_, end);
    }
  }
}

bool AuditLog::ReopenIfAsked() {
  {
    base::MutexLock lock(mutex_);
    if (!std::exchange(reopen_, false)) return true;
  }
  const std::optional<absl::Status> status = OnWorker(&AuditFile::Reopen);
  if (!status) return false;
  WriteEnded(absl::OkStatus());
  if (!status->ok()) {
    on_change_(is_failing(), absl::StrCat("audit log: ", std::string(status->message()),
                                          "; the file that was open stays in use"));
  }
  return true;
}

std::optional<AuditLog::Queued> AuditLog::Take() {
  base::MutexLock lock(mutex_);
  if (queue_.empty()) return std::nullopt;
  Queued first = std::move(queue_.front());
  queue_.pop_front();
  return first;
}

void AuditLog::Format() {
  std::string lines;
  while (lines.size() < kGroupBytes) {
    const std::optional<Queued> next = Take();
    if (!next) break;
    absl::StrAppend(&lines, FormatAuditRecord(next->record, hmac_), "\n");
    group_bytes_ += next->size;
    ++group_lines_;
  }
  file_->Add(lines);
}

std::optional<absl::Status> AuditLog::OnWorker(absl::Status (AuditFile::*job)()) {
  const auto started = steady_clock::now();
  // Held by the job, which may outlive this log.
  auto result = std::make_shared<absl::Status>();
  worker_.Start([file = file_, job, result] { *result = (file.get()->*job)(); });
  while (!worker_.WaitUntil(steady_clock::now() + kLook)) {
    TellIfDropping();
    if (PatienceIsOver(started)) return std::nullopt;
    if (steady_clock::now() < started + kPatience) continue;
    TellFailing(absl::StrCat("audit log: ", name_, " has taken nothing for a second"));
  }
  return *result;
}

bool AuditLog::PatienceIsOver(TimePoint since) {
  base::MutexLock lock(mutex_);
  return stopping_ && steady_clock::now() >= std::max(since, stopping_since_) + kPatience;
}

void AuditLog::WriteEnded(const absl::Status& status) {
  const size_t written = group_lines_ - file_->lines_left();
  group_lines_ -= written;
  metrics_.AuditRecordsWritten(written);
  if (status.ok()) {
    retry_at_.reset();
    retry_delay_ = kFirstRetryDelay;
    if (group_lines_ == 0) GroupEnded();
  } else {
    TellFailing(absl::StrCat("audit log: ", std::string(status.message()),
                             "; records wait in memory and are tried again"));
    retry_at_ = steady_clock::now() + retry_delay_;
    retry_delay_ = std::min(2 * retry_delay_, kLastRetryDelay);
  }
}

void AuditLog::GroupEnded() {
  TellIfDropping();
  {
    base::MutexLock lock(mutex_);
    queued_bytes_ -= std::exchange(group_bytes_, 0);
    if (!queue_.empty() || !has_told_failing_) return;
    is_failing_ = false;
  }
  has_told_failing_ = false;
  metrics_.SetAuditFailing(false);
  on_change_(false, absl::StrCat("audit log: ", name_, " takes records again, and none waits; ",
                                 dropped(), " are lost since the start"));
}

void AuditLog::DropRest() {
  size_t rest = group_lines_;
  {
    base::MutexLock lock(mutex_);
    rest += queue_.size();
    queue_.clear();
  }
  if (rest == 0) return;
  Drop(rest);
  on_change_(true, absl::StrCat("audit log: ", rest, " records are lost: ", name_,
                                " took no more before the end"));
}

void AuditLog::Drop(size_t records) {
  dropped_ += records;
  metrics_.AuditRecordsDropped(records);
}

void AuditLog::TellFailing(std::string_view why) {
  is_failing_ = true;
  if (std::exchange(has_told_failing_, true)) return;
  metrics_.SetAuditFailing(true);
  on_change_(true, why);
}

void AuditLog::TellIfDropping() {
  if (is_failing_ && !has_told_failing_) {
    TellFailing(absl::StrCat("audit log: records come faster than ", name_,
                             " takes them, and are dropped"));
  }
}

}  // namespace suprsend_gateway::telemetry
