#ifndef SERVICE_GATEWAY_SERVER_TLS_H_
#define SERVICE_GATEWAY_SERVER_TLS_H_

#include <memory>

#include "absl/status/statusor.h"
#include "service/config/config.h"
#include "service/gateway/file_states.h"
#include "service/gateway/reload.h"
#include "service/gateway/tls_credentials.h"

namespace suprsend_gateway::gateway {

// The server's TLS from files, which are read again when they change: new connections get what is
// new, those that stand go on. What is not sound is not taken.
class ServerTls {
 public:
  // Reads the files. An error names the flag. What `reload` has must outlive this.
  static absl::StatusOr<std::unique_ptr<ServerTls>> Start(const config::TlsFiles& files,
                                                          const Reload& reload);

  // For one port. This must outlive them.
  std::shared_ptr<grpc::ServerCredentials> Credentials() { return MakeTlsCredentials(source_); }

 private:
  ServerTls(const config::TlsFiles& files, FileStates& states) : files_(files), states_(states) {}
  absl::StatusOr<std::string> Read();

  const config::TlsFiles files_;
  FileStates& states_;
  TlsMaterialSource source_;
};

}  // namespace suprsend_gateway::gateway

#endif  // SERVICE_GATEWAY_SERVER_TLS_H_
