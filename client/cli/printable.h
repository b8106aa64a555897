#ifndef CLIENT_CLI_PRINTABLE_H_
#define CLIENT_CLI_PRINTABLE_H_

#include <string>
#include <string_view>

namespace suprsend_gateway::cli {

// `text` for one line of a terminal: control characters and bytes that are not UTF-8 as \xNN.
// "a\nb" → "a\x0Ab".
std::string Printable(std::string_view text);

}  // namespace suprsend_gateway::cli

#endif  // CLIENT_CLI_PRINTABLE_H_
