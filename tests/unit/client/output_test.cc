#include "client/cli/output.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <string>

#include "gtest/gtest.h"

namespace suprsend_gateway::cli {
namespace {

// Puts another file in the place of a standard stream, and the stream back at the end.
class Redirected {
 public:
  Redirected(int stream, int replacement) : stream_(stream), saved_(dup(stream)) {
    dup2(replacement, stream_);
  }
  ~Redirected() {
    dup2(saved_, stream_);
    close(saved_);
  }
  Redirected(const Redirected&) = delete;
  Redirected& operator=(const Redirected&) = delete;

 private:
  int stream_;
  int saved_;
};

struct Pipe {
  Pipe() { EXPECT_EQ(pipe(ends.data()), 0); }
  ~Pipe() {
    for (const int end : ends) close(end);
  }

  std::string Read() const {
    std::array<char, 1024> text{};
    const ssize_t length = read(ends[0], text.data(), text.size());
    return std::string(text.data(), length > 0 ? static_cast<size_t>(length) : 0);
  }

  std::array<int, 2> ends{};
};

TEST(EmitTest, WritesBothStreams) {
  const Pipe out;
  const Pipe err;
  ExitCode exit_code;
  {
    const Redirected stdout_to_pipe(STDOUT_FILENO, out.ends[1]);
    const Redirected stderr_to_pipe(STDERR_FILENO, err.ends[1]);
    exit_code = Emit({.out = "ids\n", .err = "note\n", .exit_code = kTryAgain});
  }
  EXPECT_EQ(exit_code, kTryAgain);
  EXPECT_EQ(out.Read(), "ids\n");
  EXPECT_EQ(err.Read(), "note\n");
}

TEST(EmitTest, FullDiskIsNoSuccess) {
  const int full = open("/dev/full", O_WRONLY);
  ASSERT_GE(full, 0);
  const Pipe err;
  ExitCode after_success;
  ExitCode after_failure;
  {
    const Redirected stdout_to_full(STDOUT_FILENO, full);
    const Redirected stderr_to_pipe(STDERR_FILENO, err.ends[1]);
    after_success = Emit({.out = "ids\n"});
    after_failure = Emit({.out = "{}\n", .exit_code = kOutcomeUnknown});
  }
  close(full);
  EXPECT_EQ(after_success, kOther);
  EXPECT_EQ(after_failure, kOutcomeUnknown);
  const std::string said = err.Read();
  EXPECT_NE(said.find("gatewayctl: done, but the output could not be written: No space"),
            std::string::npos)
      << said;
}

TEST(EmitTest, ReaderThatWentAwayIsNoSuccess) {
  GuardStandardStreams();
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  close(ends[0]);
  const Pipe err;
  ExitCode exit_code;
  {
    const Redirected stdout_to_pipe(STDOUT_FILENO, ends[1]);
    const Redirected stderr_to_pipe(STDERR_FILENO, err.ends[1]);
    exit_code = Emit({.out = "ids\n"});
  }
  close(ends[1]);
  EXPECT_EQ(exit_code, kOther);
}

TEST(GuardStandardStreamsTest, ClosedStdoutCannotBecomeASocket) {
  const int saved = dup(STDOUT_FILENO);
  close(STDOUT_FILENO);
  GuardStandardStreams();
  const int next = dup(STDERR_FILENO);
  const bool was_written = write(STDOUT_FILENO, "x", 1) == 1;
  close(next);
  dup2(saved, STDOUT_FILENO);
  close(saved);
  EXPECT_GT(next, STDERR_FILENO);
  EXPECT_FALSE(was_written);
}

}  // namespace
}  // namespace suprsend_gateway::cli
