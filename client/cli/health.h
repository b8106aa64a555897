#ifndef CLIENT_CLI_HEALTH_H_
#define CLIENT_CLI_HEALTH_H_

#include "client/cli/command.h"
#include "client/cli/output.h"

namespace suprsend_gateway::cli {

// Asks GET /readyz. kDone for a 200, with what it said on stdout ("ready" where it said nothing);
// kNotReady for any other answer and for none, with the reason on stderr. Each step (connect, send,
// receive) may take 2 s.
Output CheckHealth(const HealthCommand& command);

}  // namespace suprsend_gateway::cli

#endif  // CLIENT_CLI_HEALTH_H_
