#ifndef SERVICE_SECURITY_READ_KEY_H_
#define SERVICE_SECURITY_READ_KEY_H_

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"

namespace suprsend_gateway::security {

// Reads a key from a regular file of at most `max_bytes`: visible ASCII on one line, surrounding
// white space stripped. An error names the file and what is wrong with it, never a character of its
// content.
absl::StatusOr<std::string> ReadKey(const std::string& path, size_t max_bytes);

}  // namespace suprsend_gateway::security

#endif  // SERVICE_SECURITY_READ_KEY_H_
