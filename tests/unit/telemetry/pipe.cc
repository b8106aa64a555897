#include "tests/unit/telemetry/pipe.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <sstream>
#include <utility>

namespace suprsend_gateway::telemetry {

Pipe::Pipe() {
  std::signal(SIGPIPE, SIG_IGN);  // As main() does.
  std::array<int, 2> fds;
  if (pipe2(fds.data(), O_CLOEXEC) != 0) std::abort();
  read_fd_ = fds[0];
  write_fd_ = fds[1];
}

Pipe::~Pipe() {
  Lines();
  CloseReader();
}

void Pipe::StartReading() {
  reader_ = std::thread([this] {
    std::array<char, 65536> buffer;
    ssize_t got;
    while ((got = read(read_fd_, buffer.data(), buffer.size())) > 0) {
      text_.append(buffer.data(), static_cast<size_t>(got));
    }
  });
}

void Pipe::CloseReader() {
  if (read_fd_ >= 0) close(std::exchange(read_fd_, -1));
}

std::vector<std::string> Pipe::Lines() {
  if (write_fd_ >= 0) close(std::exchange(write_fd_, -1));
  if (reader_.joinable()) reader_.join();
  std::vector<std::string> lines;
  std::istringstream text(text_);
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  return lines;
}

}  // namespace suprsend_gateway::telemetry
