#ifndef SERVICE_BASE_FILE_DESCRIPTOR_H_
#define SERVICE_BASE_FILE_DESCRIPTOR_H_

#include <unistd.h>

#include <utility>

namespace suprsend_gateway::base {

// Owns a file descriptor, of a socket for example; -1 is none.
class FileDescriptor {
 public:
  explicit FileDescriptor(int fd) : fd_(fd) {}
  ~FileDescriptor() {
    if (fd_ >= 0) close(fd_);
  }
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(other.Release()) {}
  FileDescriptor& operator=(FileDescriptor&&) = delete;

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

}  // namespace suprsend_gateway::base

#endif  // SERVICE_BASE_FILE_DESCRIPTOR_H_
