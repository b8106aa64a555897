#ifndef SERVICE_GATEWAY_GRPC_SERVER_H_
#define SERVICE_GATEWAY_GRPC_SERVER_H_

#include <atomic>
#include <memory>

#include "absl/status/statusor.h"
#include "service/admission/intake.h"
#include "service/clock/scheduler.h"
#include "service/config/listen_address.h"
#include "service/net/acceptor.h"

namespace grpc {
class Server;
class ServerCredentials;
class Service;
}  // namespace grpc

namespace suprsend_gateway::gateway {

// The gRPC server: a service, health and, where wanted, reflection.
class GrpcServer {
 public:
  struct Options {
    config::ListenAddress address;
    std::shared_ptr<grpc::ServerCredentials> credentials;  // nullptr: plaintext.
    bool reflection = false;
    clock::Duration max_connection_age{};
    // How long the calls on a connection that is renewed may still take.
    clock::Duration max_call{};
    net::Acceptor::Limits limits;
  };
  static absl::StatusOr<std::unique_ptr<GrpcServer>> Start(const Options& options,
                                                           std::shared_ptr<grpc::Service> service);
  ~GrpcServer();

  // The address with the port that was really taken.
  const config::ListenAddress& address() const { return address_; }

  bool is_serving() const { return serving_; }

  // Says NOT_SERVING to all who ask or watch, and goes on serving.
  void AnnounceStop();

  // Takes no new calls (GOAWAY) and waits for those that are inside, for `patience` at most; then
  // cancels what is left and closes every connection.
  void Stop(admission::Intake& intake, clock::Duration patience);

 private:
  GrpcServer(config::ListenAddress address, std::shared_ptr<grpc::Service> service,
             std::unique_ptr<grpc::Server> server, std::unique_ptr<net::Acceptor> acceptor);

  config::ListenAddress address_;
  std::shared_ptr<grpc::Service> service_;  // Outlives the server.
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<net::Acceptor> acceptor_;
  std::atomic<bool> serving_ = true;
};

}  // namespace suprsend_gateway::gateway

#endif  // SERVICE_GATEWAY_GRPC_SERVER_H_
