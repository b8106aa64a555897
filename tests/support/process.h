#ifndef SUPRSEND_GATEWAY_TESTS_SUPPORT_PROCESS_H_
#define SUPRSEND_GATEWAY_TESTS_SUPPORT_PROCESS_H_

#include <sys/types.h>

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace suprsend_gateway::testing {

// A child process whose output is captured by a thread of its own. It is killed when this object
// goes, and by the kernel when the test dies. All members may be called from any thread.
class Process {
 public:
  // Starts argv[0] (looked up in PATH) with this process's environment plus `env`.
  explicit Process(std::vector<std::string> argv, std::map<std::string, std::string> env = {});
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  pid_t pid() const { return pid_; }

  // A number of /proc/PID/status, such as that of "VmHWM", in kB; -1 where there is none.
  long StatusNumber(const std::string& name) const;

  // What the child has written so far.
  std::string Stdout() const;
  std::string Stderr() const;

  // The first whole line of stderr, without its end, for which `wanted` is true. Empty when there
  // is none by the timeout, or the child has closed its stderr.
  std::optional<std::string> WaitForLine(const std::function<bool(const std::string&)>& wanted,
                                         std::chrono::milliseconds timeout) const;
  // The same, for a line that starts with `prefix`.
  std::optional<std::string> WaitForPrefix(const std::string& prefix,
                                           std::chrono::milliseconds timeout) const;

  void Signal(int number) const;

  // The exit code, or 128 and the number of the signal that ended the child; empty at the timeout.
  // When it has a value, Stdout() and Stderr() are complete.
  std::optional<int> WaitForExit(std::chrono::milliseconds timeout);

 private:
  void ReadOutput();

  pid_t pid_ = -1;
  int stdout_fd_ = -1;
  int stderr_fd_ = -1;

  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::string stdout_;
  std::string stderr_;
  bool output_ended_ = false;
  std::optional<int> exit_code_;

  std::thread reader_;
};

// Runs a command to its end and fails the test when it does not exit with 0 in time. Returns
// stdout.
std::string RunCommand(std::vector<std::string> argv);

}  // namespace suprsend_gateway::testing

#endif  // SUPRSEND_GATEWAY_TESTS_SUPPORT_PROCESS_H_
