#include "service/security/key_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace suprsend_gateway::security {
namespace {

// At most `max_bytes` of it.
absl::StatusOr<std::string> ReadRegularFile(const std::string& path, size_t max_bytes) {
  // O_NONBLOCK: opening a pipe must not wait for its writer.
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return absl::ErrnoToStatus(errno, absl::StrCat("cannot read ", path));
  struct stat info;
  std::string content(max_bytes, '\0');
  size_t size = 0;
  ssize_t got = fstat(fd, &info);
  if (got == 0 && !S_ISREG(info.st_mode)) {
    close(fd);
    return absl::InvalidArgumentError(absl::StrCat(path, " is not a regular file"));
  }
  while (got >= 0 && size < content.size()) {
    got = read(fd, content.data() + size, content.size() - size);
    if (got <= 0) break;
    size += static_cast<size_t>(got);
  }
  const int error = errno;
  close(fd);
  if (got < 0) return absl::ErrnoToStatus(error, absl::StrCat("cannot read ", path));
  content.resize(size);
  return content;
}

}  // namespace

absl::StatusOr<std::string> ReadKeyFile(const std::string& path, size_t max_bytes) {
  // One byte more, so that too long can be told.
  const absl::StatusOr<std::string> content = ReadRegularFile(path, max_bytes + 1);
  if (!content.ok()) return content.status();
  if (content->size() > max_bytes) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, " is longer than ", max_bytes, " bytes: it is no key"));
  }
  const absl::string_view key = absl::StripAsciiWhitespace(*content);
  if (key.empty()) return absl::InvalidArgumentError(absl::StrCat(path, " holds no key"));
  if (!std::all_of(key.begin(), key.end(), absl::ascii_isgraph)) {
    return absl::InvalidArgumentError(absl::StrCat(
        path, " holds characters that no key has: only visible ASCII is allowed, on one line"));
  }
  return std::string(key);
}

}  // namespace suprsend_gateway::security
