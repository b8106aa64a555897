#include "tests/emulator/connections.h"

#include <dirent.h>
#include <netdb.h>
#include <sys/socket.h>

#include <functional>
#include <memory>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace suprsend_gateway::emulator {
namespace {

using NameCall = int (*)(int, sockaddr*, socklen_t*);

std::string HostPort(const std::string& host, const std::string& port) {
  const bool is_ipv6 = host.find(':') != std::string::npos;
  return is_ipv6 ? absl::StrCat("[", host, "]:", port) : absl::StrCat(host, ":", port);
}

// "address:port" of one end of a socket; empty if `fd` has none.
std::string EndOf(int fd, NameCall name_call) {
  sockaddr_storage address{};
  socklen_t length = sizeof(address);
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (name_call(fd, generic, &length) != 0) return "";
  char host[NI_MAXHOST];
  char port[NI_MAXSERV];
  if (getnameinfo(generic, length, host, sizeof(host), port, sizeof(port),
                  NI_NUMERICHOST | NI_NUMERICSERV) != 0) {
    return "";
  }
  return HostPort(host, std::string(port));
}

std::vector<int> OpenDescriptors() {
  std::vector<int> descriptors;
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(opendir("/proc/self/fd"), closedir);
  if (directory == nullptr) return descriptors;
  while (const dirent* entry = readdir(directory.get())) {
    int descriptor = 0;  // "." and ".." are no numbers
    if (absl::SimpleAtoi(entry->d_name, &descriptor)) descriptors.push_back(descriptor);
  }
  return descriptors;
}

void ShutDownWhere(int local_port, const std::function<bool(const std::string& peer)>& wanted) {
  const std::string suffix = absl::StrCat(":", local_port);
  for (const int fd : OpenDescriptors()) {
    const std::string peer = EndOf(fd, getpeername);
    if (peer.empty() || !wanted(peer)) continue;
    const std::string local = EndOf(fd, getsockname);
    const bool ours = local.size() > suffix.size() &&
                      local.compare(local.size() - suffix.size(), suffix.size(), suffix) == 0;
    if (ours) shutdown(fd, SHUT_RDWR);
  }
}

}  // namespace

std::string HostPort(const std::string& host, int port) {
  return HostPort(host, absl::StrCat(port));
}

void ShutDownConnection(const std::string& peer, int local_port) {
  ShutDownWhere(local_port, [&](const std::string& candidate) { return candidate == peer; });
}

void ShutDownAllConnections(int local_port) {
  ShutDownWhere(local_port, [](const std::string&) { return true; });
}

}  // namespace suprsend_gateway::emulator
