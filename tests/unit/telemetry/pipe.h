#ifndef TESTS_UNIT_TELEMETRY_PIPE_H_
#define TESTS_UNIT_TELEMETRY_PIPE_H_

#include <string>
#include <thread>
#include <vector>

namespace suprsend_gateway::telemetry {

// A pipe whose reader begins when it is told to, and so stalls its writer until then.
class Pipe {
 public:
  Pipe();
  ~Pipe();
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  int write_fd() const { return write_fd_; }
  void StartReading();
  // Closes the side that reads; whoever writes gets EPIPE.
  void CloseReader();
  // Closes the side that writes and waits for the reader: every line, without its newline. What is
  // left after the last newline is a line too.
  std::vector<std::string> Lines();

 private:
  int read_fd_ = -1;
  int write_fd_ = -1;
  std::string text_;
  std::thread reader_;
};

}  // namespace suprsend_gateway::telemetry

#endif  // TESTS_UNIT_TELEMETRY_PIPE_H_
