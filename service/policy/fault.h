#ifndef SERVICE_POLICY_FAULT_H_
#define SERVICE_POLICY_FAULT_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace suprsend_gateway::policy {

// What is wrong with a policy's text.
struct Fault {
  size_t offset;        // Of the first byte of the value or name that is wrong.
  std::string path;     // Of the field: callers["a"].burst; may be empty.
  std::string message;  // What is allowed.
};

// What the parser would not tell, or not well: a byte order mark, NUL, invalid UTF-8.
std::optional<Fault> FindBadBytes(std::string_view text);

// "line 7, column 25, callers["a"].burst: message". Lines and columns count from 1, columns in
// characters. Up to the fault `text` must be valid UTF-8.
std::string Describe(const Fault& fault, std::string_view text);

// A piece of the file for a message: control characters as \u00NN, and cut where it is long.
std::string Shown(std::string_view piece);

}  // namespace suprsend_gateway::policy

#endif  // SERVICE_POLICY_FAULT_H_
