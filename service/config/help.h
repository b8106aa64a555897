#ifndef SERVICE_CONFIG_HELP_H_
#define SERVICE_CONFIG_HELP_H_

#include <optional>
#include <string>

#include "absl/status/status.h"

namespace suprsend_gateway::config {

// What abseil's parser does not do well: its --help ends with 1, and its errors for booleans do not
// say what is allowed.

// The text for --help or --version, where the command line asks for one.
std::optional<std::string> RequestedInformation(int argc, char** argv);

// An error where a boolean flag has a value that is none.
absl::Status CheckBooleans(int argc, char** argv);

}  // namespace suprsend_gateway::config

#endif  // SERVICE_CONFIG_HELP_H_
