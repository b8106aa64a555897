#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <iostream>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "tests/emulator/connections.h"
#include "tests/emulator/flags.h"
#include "tests/emulator/server.h"

namespace suprsend_gateway::emulator {
namespace {

int Fail(const absl::Status& status) {
  std::cerr << "suprsend-emulator: " << std::string(status.message()) << std::endl;
  return EXIT_FAILURE;
}

// A descriptor a connection: the usual soft limit of 1,024 is fewer than it has threads.
void RaiseDescriptorLimit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

// Blocked in every thread, so that only the thread that waits for them gets them.
sigset_t BlockEndSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

int Main(int argc, char** argv) {
  const auto config = ReadCommandLine(argc, argv);
  if (!config.ok()) return Fail(config.status());
  const sigset_t signals = BlockEndSignals();
  RaiseDescriptorLimit();
  Server server(config->upstream);
  const absl::Status seeded = server.emulator().Seed(config->seeds);
  if (!seeded.ok()) {
    return Fail(absl::InvalidArgumentError(
        absl::StrCat("--seed_file=", config->seed_file, ": ", seeded.message())));
  }
  const absl::Status bound = server.Bind(config->listen.host, config->listen.port);
  if (!bound.ok()) return Fail(bound);
  // One write, so that a script that reads the line gets it whole.
  std::cerr << absl::StrCat("suprsend-emulator " EMULATOR_VERSION " listening on http://",
                            HostPort(config->listen.host, server.port()), "\n");
  std::thread stopper([&] {
    int signal = 0;
    sigwait(&signals, &signal);
    server.Stop();
  });
  const bool stopped = server.Run();
  kill(getpid(), SIGTERM);  // it still waits if the listener failed
  stopper.join();
  return stopped ? EXIT_SUCCESS : Fail(absl::InternalError("the listener failed"));
}

}  // namespace
}  // namespace suprsend_gateway::emulator

int main(int argc, char** argv) { return suprsend_gateway::emulator::Main(argc, argv); }
