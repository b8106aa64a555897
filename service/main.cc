#include <curl/curl.h>
#include <pthread.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <initializer_list>
#include <thread>
#include <variant>

#include "absl/synchronization/mutex.h"
#include "service/config/config.h"
#include "service/gateway/gateway.h"

namespace {

using suprsend_gateway::config::Config;
using suprsend_gateway::config::Information;
using suprsend_gateway::gateway::Gateway;

// What an environment may ask libraries to write down: gRPC requests and peers, and libcurl the
// keys of its TLS connections, under which the API key goes.
void CloseBackDoors() {
  setenv("GRPC_VERBOSITY", "NONE", /*replace=*/1);
  unsetenv("GRPC_TRACE");
  unsetenv("SSLKEYLOGFILE");
}

int Fail(const absl::Status& status) {
  std::fprintf(stderr, "suprsend-gateway: %s\n", std::string(status.message()).c_str());
  return EXIT_FAILURE;
}

// Stdout is a buffer until it is flushed, and only then known to be writable.
int Show(const Information& information) {
  const bool shown = std::fputs(information.text.c_str(), stdout) >= 0 && std::fflush(stdout) == 0;
  return shown ? EXIT_SUCCESS : Fail(absl::ErrnoToStatus(errno, "cannot write to stdout"));
}

sigset_t SetOf(std::initializer_list<int> signals) {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : signals) sigaddset(&set, signal);
  return set;
}

// SIGHUP opens the audit log anew. Returns the first of the others.
int WaitForStop(Gateway& gateway) {
  const sigset_t signals = SetOf({SIGTERM, SIGINT, SIGHUP});
  int signal = 0;
  while (sigwait(&signals, &signal) != 0 || signal == SIGHUP) gateway.ReopenAuditLog();
  return signal;
}

timespec ToTimespec(std::chrono::nanoseconds duration) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(duration);
  return {.tv_sec = seconds.count(), .tv_nsec = (duration - seconds).count()};
}

// Stops after a signal. SIGTERM: callers get `drain_delay` to go elsewhere. SIGINT comes from a
// terminal, where nobody watches health. A second signal hurries all of it.
void Drain(Gateway& gateway, int first_signal, std::chrono::nanoseconds drain_delay) {
  const sigset_t signals = SetOf({SIGTERM, SIGINT});
  gateway.AnnounceStop();
  const timespec delay = ToTimespec(drain_delay);
  if (first_signal == SIGTERM && sigtimedwait(&signals, nullptr, &delay) > 0) gateway.Hurry();
  std::thread second_signal([&gateway, &signals] {
    int signal = 0;
    sigwait(&signals, &signal);
    gateway.Hurry();
  });
  gateway.Stop();
  pthread_kill(second_signal.native_handle(), SIGINT);
  second_signal.join();
}

}  // namespace

int main(int argc, char** argv) {
  const auto parsed = suprsend_gateway::config::ParseCommandLine(argc, argv);
  if (!parsed.ok()) return Fail(parsed.status());
  if (const auto* information = std::get_if<Information>(&*parsed)) {
    return Show(*information);
  }
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);  // An audit log that may not grow is an error of its write.
  // Before any thread starts, so that every thread leaves them to the one that waits.
  const sigset_t blocked = SetOf({SIGTERM, SIGINT, SIGHUP});
  pthread_sigmask(SIG_BLOCK, &blocked, nullptr);
  CloseBackDoors();
  // Debian's abseil looks for lock cycles in every Mutex of gRPC's, at a tenth of gRPC's time.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
    return Fail(absl::InternalError("libcurl cannot be initialised"));
  }
  const auto& config = std::get<Config>(*parsed);
  const auto gateway = Gateway::Start(config);
  if (!gateway.ok()) return Fail(gateway.status());
  const int signal = WaitForStop(**gateway);
  Drain(**gateway, signal, config.drain_delay);
  return EXIT_SUCCESS;
}
