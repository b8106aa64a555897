#ifndef SERVICE_NET_SOCKET_H_
#define SERVICE_NET_SOCKET_H_

#include <unistd.h>

#include <utility>

namespace suprsend_gateway::net {

// Owns a file descriptor; -1 is none.
class Socket {
 public:
  explicit Socket(int fd) : fd_(fd) {}
  ~Socket() {
    if (fd_ >= 0) close(fd_);
  }
  Socket(Socket&& other) noexcept : fd_(other.Release()) {}
  Socket& operator=(Socket&&) = delete;

  int fd() const { return fd_; }
  // Closes what it has, and takes that over.
  void Reset(int fd) {
    if (fd_ >= 0) close(fd_);
    fd_ = fd;
  }
  // Gives it away.
  int Release() { return std::exchange(fd_, -1); }

 private:
  int fd_;
};

}  // namespace suprsend_gateway::net

#endif  // SERVICE_NET_SOCKET_H_
