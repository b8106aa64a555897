#ifndef CLIENT_CLI_EXIT_CODE_H_
#define CLIENT_CLI_EXIT_CODE_H_

#include "client/cpp/failure.h"

namespace suprsend_gateway::cli {

// What gatewayctl exits with; --help tells the user.
enum ExitCode : int {
  kDone = 0,
  kNotReady = 1,        // Only of `health`.
  kRefused = 1,         // Only of `policy explain`.
  kBadRequest = 2,      // Command line, request or policy breaks a rule; nothing was applied.
  kTryAgain = 3,        // Nothing was applied, and it may be tried again.
  kOutcomeUnknown = 4,  // Runs may have been cancelled.
  kOther = 5,           // Nothing was applied and trying again will not help, or output was lost.
};

// An unknown outcome goes before any code: an INVALID_ARGUMENT that the gateway did not make says
// nothing about what was applied.
ExitCode ExitCodeOf(const client::Failure& failure);

}  // namespace suprsend_gateway::cli

#endif  // CLIENT_CLI_EXIT_CODE_H_
