#include "service/telemetry/audit_file.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "absl/strings/str_cat.h"

namespace suprsend_gateway::telemetry {
namespace {

constexpr mode_t kMode = 0640;

absl::StatusOr<int> OpenToAppend(const std::string& path) {
  // O_NONBLOCK: opening a pipe must not wait for its reader.
  const int fd =
      open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, kMode);
  if (fd < 0) return absl::ErrnoToStatus(errno, absl::StrCat("cannot open ", path));
  return fd;
}

absl::StatusOr<int> DuplicateStdout() {
  const int fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0);
  if (fd < 0) return absl::ErrnoToStatus(errno, "cannot use stdout");
  return fd;
}

bool IsSameFile(int one, int other) {
  struct stat a;
  struct stat b;
  return fstat(one, &a) == 0 && fstat(other, &b) == 0 && a.st_dev == b.st_dev &&
         a.st_ino == b.st_ino;
}

// False too where it may not be read.
bool EndsInsideLine(const std::string& path, off_t size) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return false;
  char last = '\n';
  const bool got = size > 0 && pread(fd, &last, 1, size - 1) == 1;
  close(fd);
  return got && last != '\n';
}

}  // namespace

absl::StatusOr<std::shared_ptr<AuditFile>> AuditFile::Open(std::string path) {
  const absl::StatusOr<int> fd = path == "-" ? DuplicateStdout() : OpenToAppend(path);
  if (!fd.ok()) return fd.status();
  std::shared_ptr<AuditFile> file(new AuditFile(std::move(path), *fd));
  file->LookAtFile();
  return file;
}

AuditFile::AuditFile(std::string path, int fd)
    : path_(std::move(path)), name_(is_stdout() ? "stdout" : path_), fd_(fd) {}

AuditFile::~AuditFile() { close(fd_); }

void AuditFile::LookAtFile() {
  struct stat info;
  is_regular_ = fstat(fd_, &info) == 0 && S_ISREG(info.st_mode);
  ends_inside_line_ = is_regular_ && !is_stdout() && EndsInsideLine(path_, info.st_size);
}

void AuditFile::Add(std::string_view lines) {
  text_.append(lines);
  lines_left_ += static_cast<size_t>(std::count(lines.begin(), lines.end(), '\n'));
}

absl::Status AuditFile::WriteSome() {
  if (ends_inside_line_) {
    const absl::StatusOr<size_t> put = WriteOnce("\n");
    if (!put.ok()) return put.status();
    ends_inside_line_ = false;
  }
  return WriteUpTo(is_regular_ ? text_.size() : std::min(text_.size(), written_ + kMaxPipeWrite));
}

absl::Status AuditFile::Reopen() {
  if (is_stdout()) return absl::OkStatus();
  const absl::StatusOr<int> fd = OpenToAppend(path_);
  if (!fd.ok()) return fd.status();
  const bool is_same = IsSameFile(fd_, *fd);
  if (!is_same) LeaveLine();
  close(std::exchange(fd_, *fd));
  // The same file may well end inside a line: our own.
  if (!is_same) LookAtFile();
  return absl::OkStatus();
}

void AuditFile::LeaveLine() {
  // npos + 1 is 0, the start of the first line.
  const size_t begin = written_ == 0 ? 0 : text_.rfind('\n', written_ - 1) + 1;
  if (written_ == begin) return;
  const size_t lines_left = lines_left_;
  const size_t end = text_.find('\n', written_) + 1;
  while (lines_left_ == lines_left) {
    if (WriteUpTo(end).ok()) continue;
    written_ = begin;
    return;
  }
}

absl::Status AuditFile::WriteUpTo(size_t end) {
  const auto rest = std::string_view(text_).substr(written_, end - written_);
  const absl::StatusOr<size_t> put = WriteOnce(rest);
  if (!put.ok()) return put.status();
  lines_left_ -= static_cast<size_t>(
      std::count(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(*put), '\n'));
  written_ += *put;
  if (written_ == text_.size()) {
    text_.clear();
    written_ = 0;
  }
  return absl::OkStatus();
}

absl::StatusOr<size_t> AuditFile::WriteOnce(std::string_view text) const {
  for (;;) {
    const ssize_t put = write(fd_, text.data(), text.size());
    if (put > 0) return static_cast<size_t>(put);
    if (put == 0) return absl::InternalError(absl::StrCat(name_, " takes nothing"));
    if (errno == EAGAIN) {
      pollfd room{.fd = fd_, .events = POLLOUT, .revents = 0};
      poll(&room, 1, -1);
    } else if (errno != EINTR) {
      return absl::ErrnoToStatus(errno, absl::StrCat("cannot write to ", name_));
    }
  }
}

}  // namespace suprsend_gateway::telemetry
