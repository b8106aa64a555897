#ifndef CLIENT_CLI_OPTIONS_H_
#define CLIENT_CLI_OPTIONS_H_

#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace suprsend_gateway::cli {

// One row of a command's table of options.
struct OptionRule {
  const char* name;  // Without the dashes.
  enum { kValue, kSwitch } kind = kValue;
  bool repeatable = false;
};

struct GivenOption {
  std::string name;
  std::string value;  // "true" or "false" for a switch; may be empty for others.

  bool operator==(const GivenOption&) const = default;
};

// Reads "--name=value", "--name value", "--switch" and "--switch=true|false"; "--" ends the
// options. All that is given is returned, in order. Refused, with a sentence for the user: an
// unknown name, a missing value (a next argument that begins with "-" is no value: write
// --name=-value), an option given twice that is not repeatable, and any argument that belongs to no
// option. The sentence holds names, never the value of an option. absl's flags would keep the last
// of two values: a filter dropped is a wider cancel.
absl::StatusOr<std::vector<GivenOption>> ParseOptions(std::span<const OptionRule> rules,
                                                      std::span<const std::string> arguments);

}  // namespace suprsend_gateway::cli

#endif  // CLIENT_CLI_OPTIONS_H_
