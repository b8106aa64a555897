#include "service/net/connections.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/tcp.h>
#include <netdb.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <utility>

namespace suprsend_gateway::net {
namespace {

ino_t InodeOf(int fd) {
  struct stat status;
  return fstat(fd, &status) == 0 ? status.st_ino : 0;
}

uint64_t BytesReceived(int fd) {
  tcp_info info{};
  socklen_t size = sizeof(info);
  return getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) == 0 ? info.tcpi_bytes_received : 0;
}

std::string PeerOf(int fd) {
  sockaddr_storage address{};
  socklen_t size = sizeof(address);
  std::array<char, NI_MAXHOST> host;
  std::array<char, NI_MAXSERV> port;
  if (getpeername(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0 ||
      getnameinfo(reinterpret_cast<sockaddr*>(&address), size, host.data(), host.size(),
                  port.data(), port.size(), NI_NUMERICHOST | NI_NUMERICSERV) != 0) {
    return "unknown";
  }
  const bool is_v6 = address.ss_family == AF_INET6;
  return (is_v6 ? "[" : "") + std::string(host.data()) + (is_v6 ? "]:" : ":") + port.data();
}

}  // namespace

void Connections::Add(int fd) { by_fd_[fd] = {.inode = InodeOf(fd)}; }

std::vector<Connections::Sender> Connections::EndBiggestSenders(size_t most, uint64_t least_bytes) {
  Count();
  std::vector<std::pair<uint64_t, int>> candidates;  // Bytes and descriptor.
  for (const auto& [fd, known] : by_fd_) {
    if (known.newly_received >= least_bytes) candidates.emplace_back(known.newly_received, fd);
  }
  std::sort(candidates.rbegin(), candidates.rend());
  std::vector<Sender> ended;
  for (const auto& [bytes, fd] : candidates) {
    if (ended.size() == most) break;
    std::string peer;
    if (End(fd, by_fd_.at(fd).inode, &peer)) ended.push_back({.peer = peer, .bytes = bytes});
  }
  return ended;
}

void Connections::EndAll() {
  for (const auto& [fd, known] : by_fd_) End(fd, known.inode, /*peer=*/nullptr);
}

void Connections::Count() {
  for (auto entry = by_fd_.begin(); entry != by_fd_.end();) {
    auto& [fd, known] = *entry;
    if (InodeOf(fd) != known.inode) {
      entry = by_fd_.erase(entry);
      continue;
    }
    const uint64_t received = BytesReceived(fd);
    known.newly_received = received - known.received;
    known.received = received;
    ++entry;
  }
}

// Through a descriptor of our own: whatever the owner does meanwhile, it stays that socket's.
bool Connections::End(int fd, ino_t inode, std::string* peer) {
  spare_.Reset(-1);
  const base::FileDescriptor copy(fcntl(fd, F_DUPFD_CLOEXEC, 0));
  const bool is_the_same = copy.fd() >= 0 && InodeOf(copy.fd()) == inode;
  if (is_the_same) {
    if (peer != nullptr) *peer = PeerOf(copy.fd());
    shutdown(copy.fd(), SHUT_RDWR);
  }
  spare_.Reset(OpenSpare().Release());
  return is_the_same;
}

base::FileDescriptor Connections::OpenSpare() {
  return base::FileDescriptor(open("/dev/null", O_RDONLY | O_CLOEXEC));
}

}  // namespace suprsend_gateway::net
