#include "tests/support/process.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/close_range.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <utility>

#include "tests/support/temp_dir.h"

namespace suprsend_gateway::testing {
namespace {

constexpr std::chrono::seconds kCommandTimeout{60};
// Time for the reader to see the end of output after the child is gone. A grandchild may hold the
// pipe open, which must not hang the test.
constexpr std::chrono::seconds kOutputTimeout{5};

std::vector<char*> Pointers(std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  for (std::string& string : strings) pointers.push_back(string.data());
  pointers.push_back(nullptr);
  return pointers;
}

std::vector<std::string> Environment(const std::map<std::string, std::string>& added) {
  std::vector<std::string> environment;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    if (!added.contains(text.substr(0, text.find('=')))) environment.push_back(text);
  }
  for (const auto& [name, value] : added) environment.push_back(name + "=" + value);
  return environment;
}

// Reads once from a ready descriptor; false at its end.
bool Append(int fd, std::string& text) {
  char buffer[16 * 1024];
  const ssize_t size = read(fd, buffer, sizeof(buffer));
  if (size > 0) text.append(buffer, static_cast<size_t>(size));
  return size > 0 || (size < 0 && errno == EINTR);
}

}  // namespace

Process::Process(std::vector<std::string> argv, std::map<std::string, std::string> env) {
  std::vector<std::string> environment = Environment(env);
  const std::vector<char*> arguments = Pointers(argv);
  const std::vector<char*> variables = Pointers(environment);
  int out[2];
  int err[2];
  if (pipe2(out, O_CLOEXEC) != 0 || pipe2(err, O_CLOEXEC) != 0) std::abort();

  const pid_t parent = getpid();
  pid_ = fork();
  if (pid_ == 0) {
    // Only async-signal-safe calls from here on: the parent has threads.
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(127);
    dup2(open("/dev/null", O_RDONLY | O_CLOEXEC), STDIN_FILENO);
    dup2(out[1], STDOUT_FILENO);
    dup2(err[1], STDERR_FILENO);
    syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC);
    execvpe(arguments[0], arguments.data(), variables.data());
    _exit(127);
  }
  if (pid_ < 0) std::abort();
  close(out[1]);
  close(err[1]);
  stdout_fd_ = out[0];
  stderr_fd_ = err[0];
  reader_ = std::thread([this] { ReadOutput(); });
}

Process::~Process() {
  if (!WaitForExit(std::chrono::milliseconds(0)).has_value()) {
    Signal(SIGKILL);
    WaitForExit(kCommandTimeout);
  }
  reader_.join();
  close(stdout_fd_);
  close(stderr_fd_);
}

long Process::StatusNumber(const std::string& name) const {
  const std::string status = ReadFile("/proc/" + std::to_string(pid_) + "/status");
  const size_t at = status.find("\n" + name + ":");
  return at == std::string::npos ? -1 : std::atol(status.c_str() + at + name.size() + 2);
}

std::string Process::Stdout() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return stdout_;
}

std::string Process::Stderr() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return stderr_;
}

std::optional<std::string> Process::WaitForLine(
    const std::function<bool(const std::string&)>& wanted,
    std::chrono::milliseconds timeout) const {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  std::unique_lock<std::mutex> lock(mutex_);
  size_t start = 0;
  while (true) {
    for (size_t end; (end = stderr_.find('\n', start)) != std::string::npos; start = end + 1) {
      std::string line = stderr_.substr(start, end - start);
      if (wanted(line)) return line;
    }
    const size_t seen = stderr_.size();
    if (output_ended_) return std::nullopt;
    if (!changed_.wait_until(lock, deadline,
                             [&] { return output_ended_ || stderr_.size() != seen; })) {
      return std::nullopt;
    }
  }
}

std::optional<std::string> Process::WaitForPrefix(const std::string& prefix,
                                                  std::chrono::milliseconds timeout) const {
  return WaitForLine([&](const std::string& line) { return line.starts_with(prefix); }, timeout);
}

void Process::Signal(int number) const {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (!exit_code_.has_value()) kill(pid_, number);
}

std::optional<int> Process::WaitForExit(std::chrono::milliseconds timeout) {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  std::unique_lock<std::mutex> lock(mutex_);
  while (!exit_code_.has_value()) {
    int status = 0;
    if (waitpid(pid_, &status, WNOHANG) == pid_) {
      exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
      break;
    }
    const auto now = std::chrono::steady_clock::now();
    if (now >= deadline) return std::nullopt;
    // The end of output, which mostly comes with the exit, cuts the wait between two looks short.
    const auto look_again = std::min<std::chrono::steady_clock::time_point>(
        deadline, now + std::chrono::milliseconds(5));
    changed_.wait_until(lock, look_again);
  }
  changed_.wait_for(lock, kOutputTimeout, [this] { return output_ended_; });
  return exit_code_;
}

void Process::ReadOutput() {
  pollfd fds[2] = {{stdout_fd_, POLLIN, 0}, {stderr_fd_, POLLIN, 0}};
  while (fds[0].fd >= 0 || fds[1].fd >= 0) {
    bool has_exited;
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      has_exited = exit_code_.has_value();
    }
    if (poll(fds, 2, 100) < 0 && errno != EINTR) break;
    std::string read_now[2];
    for (int i = 0; i < 2; ++i) {
      if (fds[i].fd >= 0 && fds[i].revents != 0 && !Append(fds[i].fd, read_now[i])) fds[i].fd = -1;
    }
    const std::lock_guard<std::mutex> lock(mutex_);
    stdout_ += read_now[0];
    stderr_ += read_now[1];
    changed_.notify_all();
    // A grandchild that lives on may hold the pipes; what the child itself wrote has been read.
    if (has_exited && read_now[0].empty() && read_now[1].empty()) break;
  }
  const std::lock_guard<std::mutex> lock(mutex_);
  output_ended_ = true;
  changed_.notify_all();
}

std::string RunCommand(std::vector<std::string> argv) {
  std::string command;
  for (const std::string& argument : argv) command += argument + " ";
  Process process(std::move(argv));
  const std::optional<int> exit_code = process.WaitForExit(kCommandTimeout);
  EXPECT_EQ(exit_code, 0) << command << "\n" << process.Stderr();
  return process.Stdout();
}

}  // namespace suprsend_gateway::testing
