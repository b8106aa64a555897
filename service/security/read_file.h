#ifndef SERVICE_SECURITY_READ_FILE_H_
#define SERVICE_SECURITY_READ_FILE_H_

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"

namespace suprsend_gateway::security {

// The content of a regular file: at most one byte over `max_bytes`, so that too long can be told.
// Never waits for a pipe's writer. An error names the file.
absl::StatusOr<std::string> ReadRegularFile(const std::string& path, size_t max_bytes);

}  // namespace suprsend_gateway::security

#endif  // SERVICE_SECURITY_READ_FILE_H_
