#ifndef CLIENT_CLI_POLICY_H_
#define CLIENT_CLI_POLICY_H_

#include "client/cli/command.h"
#include "client/cli/output.h"

namespace suprsend_gateway::cli {

// Both read the file as the gateway would. Where it would not take it: kBadRequest, with
// "FILE: line …" on stderr.

// kDone, with the number of callers on stdout.
Output CheckPolicy(const PolicyCheckCommand& command);

// On stdout the caller's rules, and "allowed" or "refused: " and why. kDone where the call is
// allowed; kRefused where it is not, or the policy does not know the caller. Shows no value of the
// call.
Output ExplainPolicy(const PolicyExplainCommand& command);

}  // namespace suprsend_gateway::cli

#endif  // CLIENT_CLI_POLICY_H_
