#include "service/gateway/grpc_server.h"

#include <grpc/compression.h>
#include <grpc/grpc.h>
#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/impl/server_builder_option.h>

#include <chrono>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "grpc/health/v1/health.pb.h"
#include "service/gateway/listen_error.h"

namespace suprsend_gateway::gateway {
namespace {

// Linking gRPC's reflection turns it on for every server of the process; this takes it out again.
class WithoutReflection final : public grpc::ServerBuilderOption {
 public:
  void UpdateArguments(grpc::ChannelArguments*) override {}
  void UpdatePlugins(std::vector<std::unique_ptr<grpc::ServerBuilderPlugin>>* plugins) override {
    std::erase_if(*plugins,
                  [](const auto& plugin) { return plugin->name() == "proto_server_reflection"; });
  }
};

constexpr auto kSettleTime = std::chrono::milliseconds(100);

}  // namespace

absl::StatusOr<std::unique_ptr<GrpcServer>> GrpcServer::Start(
    const config::ListenAddress& address, bool reflection, std::shared_ptr<grpc::Service> service) {
  grpc::EnableDefaultHealthCheckService(true);
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  // So that the linker keeps the descriptor, which reflection looks for.
  [[maybe_unused]] const auto* kept = grpc::health::v1::HealthCheckRequest::descriptor();
  grpc::ServerBuilder builder;
  if (!reflection) builder.SetOption(std::make_unique<WithoutReflection>());
  // Otherwise a second gateway would take the same port unseen, and get half of the calls.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  // A compressed message grows a thousandfold before gRPC looks at its size.
  for (const auto algorithm : {GRPC_COMPRESS_DEFLATE, GRPC_COMPRESS_GZIP}) {
    builder.SetCompressionAlgorithmSupportStatus(algorithm, false);
  }
  config::ListenAddress bound = address;
  builder.AddListeningPort(ToString(address), grpc::InsecureServerCredentials(), &bound.port);
  builder.RegisterService(service.get());
  std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr || bound.port == 0) return ListenError(address);
  server->GetHealthCheckService()->SetServingStatus(true);
  server->GetHealthCheckService()->SetServingStatus("suprsend.gateway.v1.WorkflowService", true);
  return std::unique_ptr<GrpcServer>(
      new GrpcServer(std::move(bound), std::move(service), std::move(server)));
}

GrpcServer::GrpcServer(config::ListenAddress address, std::shared_ptr<grpc::Service> service,
                       std::unique_ptr<grpc::Server> server)
    : address_(std::move(address)), service_(std::move(service)), server_(std::move(server)) {}

GrpcServer::~GrpcServer() = default;

void GrpcServer::AnnounceStop() {
  serving_ = false;
  server_->GetHealthCheckService()->SetServingStatus(false);
}

// gRPC's own Shutdown waits for connections too: for health watchers, which never end, and for
// clients that have nothing to do and so do not see that they should go. So it runs beside us, and
// is cut short once our calls have ended.
void GrpcServer::Stop(admission::Intake& intake, clock::Duration patience) {
  AnnounceStop();
  std::thread shutdown(
      [this, patience] { server_->Shutdown(std::chrono::system_clock::now() + patience); });
  // Calls that were on their way in are still taken.
  std::this_thread::sleep_for(kSettleTime);
  intake.WaitForNone(patience);
  grpc_server_cancel_all_calls(server_->c_server());
  shutdown.join();
  server_->Wait();
}

}  // namespace suprsend_gateway::gateway
