#include "service/gateway/listen_error.h"

#include "absl/strings/str_cat.h"
#include "service/net/listen.h"

namespace suprsend_gateway::gateway {

absl::Status ListenError(const config::ListenAddress& address, const absl::Status& why) {
  return absl::UnavailableError(
      absl::StrCat("cannot listen on ", ToString(address), ": ", why.message()));
}

absl::Status ListenError(const config::ListenAddress& address) {
  const absl::Status why = net::Listen(address.host, address.port).status();
  return ListenError(address, why.ok() ? absl::UnavailableError("it could not be had at first, and "
                                                                "can be had now; start again")
                                       : why);
}

}  // namespace suprsend_gateway::gateway
