#include "service/security/api_key.h"

#include <fcntl.h>
#include <openssl/sha.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace suprsend_gateway::security {
namespace {

// At most one byte over the limit, so that too long can be told.
absl::StatusOr<std::string> ReadRegularFile(const std::string& path) {
  // O_NONBLOCK: opening a pipe must not wait for its writer.
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return absl::ErrnoToStatus(errno, absl::StrCat("cannot read ", path));
  struct stat info;
  std::array<char, kMaxApiKeyBytes + 1> buffer;
  size_t size = 0;
  ssize_t got = fstat(fd, &info);
  if (got == 0 && !S_ISREG(info.st_mode)) {
    close(fd);
    return absl::InvalidArgumentError(absl::StrCat(path, " is not a regular file"));
  }
  while (got >= 0 && size < buffer.size()) {
    got = read(fd, buffer.data() + size, buffer.size() - size);
    if (got <= 0) break;
    size += static_cast<size_t>(got);
  }
  const int error = errno;
  close(fd);
  if (got < 0) return absl::ErrnoToStatus(error, absl::StrCat("cannot read ", path));
  return std::string(buffer.data(), size);
}

}  // namespace

std::string FingerprintOf(const ApiKey& key) {
  constexpr size_t kBytes = 4;
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest;
  const std::string& characters = key.Reveal();
  SHA256(reinterpret_cast<const unsigned char*>(characters.data()), characters.size(),
         digest.data());
  return absl::BytesToHexString(
      absl::string_view(reinterpret_cast<const char*>(digest.data()), kBytes));
}

absl::StatusOr<ApiKey> ReadApiKeyFile(const std::string& path) {
  absl::StatusOr<std::string> content = ReadRegularFile(path);
  if (!content.ok()) return content.status();
  if (content->size() > kMaxApiKeyBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, " is longer than ", kMaxApiKeyBytes, " bytes: it is no API key"));
  }
  const absl::string_view key = absl::StripAsciiWhitespace(*content);
  if (key.empty()) return absl::InvalidArgumentError(absl::StrCat(path, " holds no key"));
  if (!std::all_of(key.begin(), key.end(), absl::ascii_isgraph)) {
    return absl::InvalidArgumentError(absl::StrCat(
        path, " holds characters that no key has: only visible ASCII is allowed, on one line"));
  }
  return ApiKey(std::string(key));
}

}  // namespace suprsend_gateway::security
