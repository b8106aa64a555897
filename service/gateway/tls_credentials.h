#ifndef SERVICE_GATEWAY_TLS_CREDENTIALS_H_
#define SERVICE_GATEWAY_TLS_CREDENTIALS_H_

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "service/base/mutex.h"

namespace grpc {
class ServerCredentials;
}

namespace suprsend_gateway::gateway {

// What the server shows and whom it trusts: PEM, found sound.
struct TlsMaterial {
  std::string certificate_chain;
  std::string private_key;
  std::string client_authorities;

  bool operator==(const TlsMaterial&) const = default;
};

// The material that new connections get; those that stand keep theirs. Any thread.
class TlsMaterialSource {
 public:
  // Whether it is another than before.
  bool Replace(TlsMaterial material);
  // nullptr where it is the one that was taken last, and that not long ago. Replace must have been
  // called.
  std::shared_ptr<const TlsMaterial> TakeIfNew();

 private:
  base::Mutex mutex_;
  std::shared_ptr<const TlsMaterial> material_ ABSL_GUARDED_BY(mutex_);
  // Not when it is new.
  std::optional<std::chrono::steady_clock::time_point> taken_at_ ABSL_GUARDED_BY(mutex_);
};

// Credentials for one port, TLS 1.2 or later: a client without a certificate that a client
// authority vouches for is refused in the handshake, and never reaches HTTP/2. `source` must
// outlive them and the server.
std::shared_ptr<grpc::ServerCredentials> MakeTlsCredentials(TlsMaterialSource& source);

}  // namespace suprsend_gateway::gateway

#endif  // SERVICE_GATEWAY_TLS_CREDENTIALS_H_
