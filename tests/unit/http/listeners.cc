#include "tests/unit/http/listeners.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <utility>

namespace suprsend_gateway::http {
namespace {

sockaddr_in AddressOf(int fd) {
  sockaddr_in address{};
  socklen_t size = sizeof(address);
  if (getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) std::abort();
  return address;
}

void Watch(int epoll_fd, int fd) {
  epoll_event event{.events = EPOLLIN, .data = {.fd = fd}};
  if (epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event) != 0) std::abort();
}

}  // namespace

SilentListener::SilentListener(int backlog) : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (fd_ < 0 || bind(fd_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0 ||
      listen(fd_, backlog) != 0) {
    std::abort();
  }
}

SilentListener::~SilentListener() { close(fd_); }

std::string SilentListener::Address() const {
  return "127.0.0.1:" + std::to_string(ntohs(AddressOf(fd_).sin_port));
}

FullListener::FullListener() : listener_(/*backlog=*/0) {
  const sockaddr_in address = AddressOf(listener_.fd());
  // More than the queue takes, whatever the kernel rounds it to.
  for (int i = 0; i < 8; ++i) {
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address));
    connections_.push_back(fd);
  }
}

FullListener::~FullListener() {
  for (const int fd : connections_) close(fd);
}

CuttingListener::CuttingListener(std::string bytes)
    : bytes_(std::move(bytes)), thread_([this] {
        int fd;
        while ((fd = accept4(listener_.fd(), nullptr, nullptr, SOCK_CLOEXEC)) >= 0) {
          std::array<char, 4096> buffer;
          [[maybe_unused]] const ssize_t got = recv(fd, buffer.data(), buffer.size(), 0);
          send(fd, bytes_.data(), bytes_.size(), MSG_NOSIGNAL);
          close(fd);
        }
      }) {}

CuttingListener::~CuttingListener() {
  shutdown(listener_.fd(), SHUT_RDWR);
  thread_.join();
}

HoldingServer::HoldingServer(int holds)
    : listener_(/*backlog=*/4096),
      holds_(holds),
      epoll_fd_(epoll_create1(EPOLL_CLOEXEC)),
      stop_fd_(eventfd(0, EFD_CLOEXEC)) {
  fcntl(listener_.fd(), F_SETFL, O_NONBLOCK);
  Watch(epoll_fd_, listener_.fd());
  Watch(epoll_fd_, stop_fd_);
  thread_ = std::thread([this] { Run(); });
}

HoldingServer::~HoldingServer() {
  const uint64_t one = 1;
  if (write(stop_fd_, &one, sizeof(one)) != sizeof(one)) std::abort();
  thread_.join();
  for (const auto& [fd, text] : connections_) close(fd);
  close(stop_fd_);
  close(epoll_fd_);
}

void HoldingServer::Run() {
  epoll_event event;
  while (epoll_wait(epoll_fd_, &event, 1, -1) != 1 || event.data.fd != stop_fd_) {
    if (event.data.fd == listener_.fd()) {
      Accept();
    } else {
      Read(event.data.fd);
    }
  }
}

void HoldingServer::Accept() {
  int fd;
  while ((fd = accept4(listener_.fd(), nullptr, nullptr, SOCK_CLOEXEC)) >= 0) {
    connections_[fd];
    Watch(epoll_fd_, fd);
  }
}

void HoldingServer::Read(int fd) {
  std::array<char, 4096> buffer;
  const ssize_t got = recv(fd, buffer.data(), buffer.size(), 0);
  if (got <= 0) {
    std::erase(waiting_, fd);
    connections_.erase(fd);
    close(fd);
    return;
  }
  std::string& text = connections_[fd].append(buffer.data(), static_cast<size_t>(got));
  if (text.find(kBodyEnd) == std::string::npos) return;
  text.clear();
  waiting_.push_back(fd);
  most_waiting_ = std::max<int>(most_waiting_, static_cast<int>(waiting_.size()));
  if (most_waiting_ < holds_) return;
  constexpr std::string_view kReply = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
  for (const int waiting : std::exchange(waiting_, {})) {
    send(waiting, kReply.data(), kReply.size(), MSG_NOSIGNAL);
  }
}

}  // namespace suprsend_gateway::http
