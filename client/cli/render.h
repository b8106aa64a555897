#ifndef CLIENT_CLI_RENDER_H_
#define CLIENT_CLI_RENDER_H_

#include "client/cli/command.h"
#include "client/cli/output.h"

namespace suprsend_gateway::cli {

// What the user sees of a cancel's result, in the format that `command` asks for. No value of the
// request is shown, but for what the reply itself says.
Output Render(const client::CancelResult& result, const CancelCommand& command);

}  // namespace suprsend_gateway::cli

#endif  // CLIENT_CLI_RENDER_H_
