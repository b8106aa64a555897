#ifndef CLIENT_CLI_OUTPUT_H_
#define CLIENT_CLI_OUTPUT_H_

#include <string>

#include "client/cli/exit_code.h"

namespace suprsend_gateway::cli {

// What a command leaves behind.
struct Output {
  std::string out;  // For stdout.
  std::string err;  // For stderr.
  ExitCode exit_code = kDone;
};

// To be called first in main. A closed stdin, stdout or stderr would give its descriptor number to
// the next socket, and the output to whoever is at its other end: such numbers are taken by files
// that cannot be written. A reader that goes away makes a write fail instead of ending the process.
void GuardStandardStreams();

// Writes both texts and returns the exit code: kOther where it was kDone and stdout was not written
// in full, with a line on stderr.
ExitCode Emit(const Output& output);

}  // namespace suprsend_gateway::cli

#endif  // CLIENT_CLI_OUTPUT_H_
