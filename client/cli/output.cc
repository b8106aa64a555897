#include "client/cli/output.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstring>
#include <string_view>

namespace suprsend_gateway::cli {
namespace {

// 0, or the errno of the write that failed.
int WriteAll(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    text.remove_prefix(static_cast<size_t>(written));
  }
  return 0;
}

}  // namespace

void GuardStandardStreams() {
  static_cast<void>(std::signal(SIGPIPE, SIG_IGN));
  // open() takes the lowest free number, so the loop ends at the first one above stderr.
  int descriptor = 0;
  do {
    descriptor = open("/dev/null", O_RDONLY);
  } while (descriptor >= 0 && descriptor <= STDERR_FILENO);
  if (descriptor > STDERR_FILENO) close(descriptor);
}

ExitCode Emit(const Output& output) {
  const int error = WriteAll(STDOUT_FILENO, output.out);
  std::string err = output.err;
  if (error != 0) {
    err.append("gatewayctl: ").append(output.exit_code == kDone ? "done, but " : "");
    err.append("the output could not be written: ").append(std::strerror(error)).append("\n");
  }
  WriteAll(STDERR_FILENO, err);
  return error != 0 && output.exit_code == kDone ? kOther : output.exit_code;
}

}  // namespace suprsend_gateway::cli
