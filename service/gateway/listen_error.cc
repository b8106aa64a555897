#include "service/gateway/listen_error.h"

#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <string>
#include <system_error>

#include "absl/strings/str_cat.h"

namespace suprsend_gateway::gateway {
namespace {

// 0, or the errno of what failed.
int TryToListen(const addrinfo& address) {
  const int fd = socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return errno;
  // As the servers do: a port is not taken by connections that have ended.
  const int yes = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
  const bool listens =
      bind(fd, address.ai_addr, address.ai_addrlen) == 0 && listen(fd, /*backlog=*/1) == 0;
  const int error = listens ? 0 : errno;
  close(fd);
  return error;
}

std::string Reason(const config::ListenAddress& address) {
  addrinfo hints{};
  hints.ai_flags = AI_PASSIVE;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const std::string port = std::to_string(address.port);
  if (const int error = getaddrinfo(address.host.c_str(), port.c_str(), &hints, &found);
      error != 0) {
    return gai_strerror(error);
  }
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> addresses(found, freeaddrinfo);
  // "localhost" can be several.
  for (const addrinfo* each = addresses.get(); each != nullptr; each = each->ai_next) {
    if (const int error = TryToListen(*each); error != 0) {
      return std::generic_category().message(error);
    }
  }
  return "it could not be had at first, and can be had now; start again";
}

}  // namespace

absl::Status ListenError(const config::ListenAddress& address) {
  return absl::UnavailableError(
      absl::StrCat("cannot listen on ", ToString(address), ": ", Reason(address)));
}

}  // namespace suprsend_gateway::gateway
