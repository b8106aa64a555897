#include "service/net/connections.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/tcp.h>
#include <netdb.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>

#include "service/net/socket.h"

namespace suprsend_gateway::net {
namespace {

ino_t InodeOf(int fd) {
  struct stat status;
  return fstat(fd, &status) == 0 ? status.st_ino : 0;
}

// A descriptor of our own for that socket; none where `fd` is closed by now, or another's. Whatever
// its owner does meanwhile, it stays that socket's.
Socket Reopen(int fd, ino_t inode) {
  Socket copy(fcntl(fd, F_DUPFD_CLOEXEC, 0));
  return copy.fd() >= 0 && InodeOf(copy.fd()) == inode ? std::move(copy) : Socket(-1);
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

std::optional<Connections::Sender> Connections::EndBiggestSender(uint64_t least_bytes) {
  Count();
  const auto biggest = std::max_element(by_fd_.begin(), by_fd_.end(), [](auto& a, auto& b) {
    return a.second.newly_received < b.second.newly_received;
  });
  if (biggest == by_fd_.end() || biggest->second.newly_received < least_bytes) return std::nullopt;
  const auto& [fd, known] = *biggest;
  const Socket connection = Reopen(fd, known.inode);
  if (connection.fd() < 0) return std::nullopt;
  shutdown(connection.fd(), SHUT_RDWR);
  return Sender{.peer = PeerOf(connection.fd()), .bytes = known.newly_received};
}

void Connections::Count() {
  for (auto entry = by_fd_.begin(); entry != by_fd_.end();) {
    auto& [fd, known] = *entry;
    const Socket connection = Reopen(fd, known.inode);
    if (connection.fd() < 0) {
      entry = by_fd_.erase(entry);
      continue;
    }
    const uint64_t received = BytesReceived(connection.fd());
    known.newly_received = received - known.received;
    known.received = received;
    ++entry;
  }
}

}  // namespace suprsend_gateway::net
