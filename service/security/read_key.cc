#include "service/security/read_key.h"

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "service/security/read_file.h"

namespace suprsend_gateway::security {

absl::StatusOr<std::string> ReadKey(const std::string& path, size_t max_bytes) {
  const absl::StatusOr<std::string> content = ReadRegularFile(path, max_bytes);
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
