#ifndef SERVICE_TELEMETRY_LOG_WRITER_H_
#define SERVICE_TELEMETRY_LOG_WRITER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <thread>

#include "service/base/mutex.h"

namespace suprsend_gateway::telemetry {

// Writes lines to a descriptor from a thread of its own, some milliseconds' worth at a time, so
// that a reader that stalls holds up no call. What does not fit while it stalls is dropped,
// counted, and told in a line once there is room.
class LogWriter {
 public:
  static constexpr size_t kMaxPendingBytes = size_t{4} << 20;

  // `fd` stays the caller's and must outlive the writer.
  explicit LogWriter(int fd);
  // Waits for what is pending, for a second at most where the reader stalls.
  ~LogWriter();

  // Appends `line` and a newline. Never blocks on the descriptor. Any thread.
  void Write(std::string_view line);

  uint64_t dropped_lines() const;

 private:
  void Run();
  void TellDropped() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Gives up where the descriptor is gone, or at the end where the reader stalls.
  void WriteAll(std::string_view text);

  const int fd_;
  mutable base::Mutex mutex_;
  base::CondVar has_work_;
  std::string pending_ ABSL_GUARDED_BY(mutex_);
  uint64_t dropped_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t dropped_told_ ABSL_GUARDED_BY(mutex_) = 0;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace suprsend_gateway::telemetry

#endif  // SERVICE_TELEMETRY_LOG_WRITER_H_
