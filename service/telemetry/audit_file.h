#ifndef SERVICE_TELEMETRY_AUDIT_FILE_H_
#define SERVICE_TELEMETRY_AUDIT_FILE_H_

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace suprsend_gateway::telemetry {

// A reader that takes less in a second counts as stalled.
inline constexpr size_t kMaxPipeWrite = size_t{16} << 10;

// A file to which whole lines are appended, or stdout. Lines that cannot be written stay, and are
// gone on with at the byte where the last write stopped. Every function that takes a file may
// block; one thread at a time.
class AuditFile {
 public:
  // Creates the file with mode 0640 where there is none. A named pipe must have its reader. "-" is
  // stdout. Where another process died inside a line, the first line here begins on a new one.
  static absl::StatusOr<std::shared_ptr<AuditFile>> Open(std::string path);
  ~AuditFile();
  AuditFile(const AuditFile&) = delete;
  AuditFile& operator=(const AuditFile&) = delete;

  // Adds lines to what is to be written, each with its newline.
  void Add(std::string_view lines);

  // The lines that are not yet wholly written.
  size_t lines_left() const { return lines_left_; }

  // One write() of what is left: all of it into a regular file, kMaxPipeWrite into anything else.
  absl::Status WriteSome();

  // Opens the path anew, for rotation by rename. Where that fails the old file stays in use. The
  // old one gets the rest of a line that it has begun; if it takes no more, the whole line goes to
  // the new one, and the old ends inside a line. Nothing to do for stdout.
  absl::Status Reopen();

  // For a message.
  const std::string& name() const { return name_; }

 private:
  AuditFile(std::string path, int fd);
  bool is_stdout() const { return path_ == "-"; }
  void LookAtFile();
  void LeaveLine();
  // One write() of what is left, up to the byte `end` of `text_`.
  absl::Status WriteUpTo(size_t end);
  absl::StatusOr<size_t> WriteOnce(std::string_view text) const;

  const std::string path_;
  const std::string name_;
  int fd_;
  bool is_regular_ = false;
  bool ends_inside_line_ = false;  // Of another process.
  std::string text_;
  size_t written_ = 0;  // Bytes of text_.
  size_t lines_left_ = 0;
};

}  // namespace suprsend_gateway::telemetry

#endif  // SERVICE_TELEMETRY_AUDIT_FILE_H_
