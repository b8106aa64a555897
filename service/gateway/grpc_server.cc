#include "service/gateway/grpc_server.h"

#include <grpc/compression.h>
#include <grpc/grpc.h>
#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/impl/server_builder_option.h>

#include <chrono>
#include <future>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "google/rpc/error_details.pb.h"
#include "grpc/health/v1/health.pb.h"
#include "service/gateway/listen_error.h"
#include "service/net/listen.h"

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
// For the last replies to go out.
constexpr auto kFlushTime = std::chrono::seconds(1);

// gRPC's own limit, said explicitly: five times SuprSend's, and a request that is over ours hears
// which it is over.
constexpr int kMaxMessageBytes = 4 << 20;
// Room for a long x-forwarded-client-cert; gRPC's own default is 8 KiB.
constexpr int kMaxMetadataBytes = 16 << 10;
// Calls on one connection at once; gRPC's own default is no limit. More wait in the client, but for
// those that it sends before it knows: those hear REFUSED_STREAM, without our ErrorInfo. So it is
// far above what callers do, and --max_in_flight is what bounds them.
constexpr int kMaxStreams = 10'000;
// Of the TLS handshake and HTTP/2's first frames. gRPC's own default is two minutes, for which
// whoever says nothing holds a descriptor.
constexpr int kHandshakeTimeoutMs = 10'000;
// A peer that has vanished is found out.
constexpr int kKeepaliveTimeMs = 60'000;
constexpr int kKeepaliveTimeoutMs = 20'000;
// Pings more often than this, without a call, end the connection (ENHANCE_YOUR_CALM).
constexpr int kMinPingIntervalMs = 10'000;

int ToMilliseconds(clock::Duration duration) {
  return static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(duration).count());
}

void SetLimits(grpc::ServerBuilder& builder, const GrpcServer::Options& options) {
  builder.SetMaxReceiveMessageSize(kMaxMessageBytes);
  const std::pair<const char*, int> arguments[] = {
      // Otherwise a second gateway would take the same port unseen, and get half of the calls.
      {GRPC_ARG_ALLOW_REUSEPORT, 0},
      {GRPC_ARG_MAX_METADATA_SIZE, kMaxMetadataBytes},
      {GRPC_ARG_MAX_CONCURRENT_STREAMS, kMaxStreams},
      {GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, kHandshakeTimeoutMs},
      {GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveTimeMs},
      {GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kKeepaliveTimeoutMs},
      {GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, kMinPingIntervalMs},
      {GRPC_ARG_MAX_CONNECTION_AGE_MS, ToMilliseconds(options.max_connection_age)},
      // Its default is endless: a health watch would hold a connection for ever.
      {GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS, ToMilliseconds(options.max_call)},
  };
  for (const auto& [name, value] : arguments) builder.AddChannelArgument(name, value);
  // A compressed message grows a thousandfold before gRPC looks at its size.
  for (const auto algorithm : {GRPC_COMPRESS_DEFLATE, GRPC_COMPRESS_GZIP}) {
    builder.SetCompressionAlgorithmSupportStatus(algorithm, false);
  }
}

}  // namespace

absl::StatusOr<std::unique_ptr<GrpcServer>> GrpcServer::Start(
    const Options& options, std::shared_ptr<grpc::Service> service) {
  grpc::EnableDefaultHealthCheckService(true);
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  // So that the linker keeps the descriptors, which reflection looks for.
  [[maybe_unused]] const auto* health = grpc::health::v1::HealthCheckRequest::descriptor();
  [[maybe_unused]] const auto* details = google::rpc::ErrorInfo::descriptor();
  grpc::ServerBuilder builder;
  if (!options.reflection) builder.SetOption(std::make_unique<WithoutReflection>());
  SetLimits(builder, options);
  auto listening = net::Listen(options.address.host, options.address.port);
  if (!listening.ok()) return ListenError(options.address, listening.status());
  auto connections = builder.experimental().AddExternalConnectionAcceptor(
      grpc::ServerBuilder::experimental_type::ExternalConnectionType::FROM_FD,
      options.credentials != nullptr ? options.credentials : grpc::InsecureServerCredentials());
  builder.RegisterService(service.get());
  std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr) return absl::InternalError("gRPC's server cannot be started");
  server->GetHealthCheckService()->SetServingStatus(true);
  server->GetHealthCheckService()->SetServingStatus("suprsend.gateway.v1.WorkflowService", true);
  auto acceptor = std::make_unique<net::Acceptor>(
      std::move(listening->sockets),
      [connections = std::shared_ptr(std::move(connections))](base::FileDescriptor connection,
                                                              int listening_fd) {
        grpc::experimental::ExternalConnectionAcceptor::NewConnectionParameters accepted;
        // Without it, newer gRPC's TLS takes the connection and never reads from it.
        accepted.listener_fd = listening_fd;
        accepted.fd = connection.Release();
        connections->HandleNewConnection(&accepted);
      },
      options.limits);
  return std::unique_ptr<GrpcServer>(new GrpcServer({options.address.host, listening->port},
                                                    std::move(service), std::move(server),
                                                    std::move(acceptor)));
}

GrpcServer::GrpcServer(config::ListenAddress address, std::shared_ptr<grpc::Service> service,
                       std::unique_ptr<grpc::Server> server,
                       std::unique_ptr<net::Acceptor> acceptor)
    : address_(std::move(address)),
      service_(std::move(service)),
      server_(std::move(server)),
      acceptor_(std::move(acceptor)) {}

GrpcServer::~GrpcServer() = default;

void GrpcServer::AnnounceStop() {
  serving_ = false;
  server_->GetHealthCheckService()->SetServingStatus(false);
}

// gRPC's own Shutdown waits for connections too: for health watchers, which never end, for clients
// that have nothing to do and so do not see that they should go, and for those that do not read
// what it sends. So it runs beside us, and is cut short once our calls have ended.
void GrpcServer::Stop(admission::Intake& intake, clock::Duration patience) {
  AnnounceStop();
  acceptor_->StopListening();
  const std::future<void> shutdown = std::async(std::launch::async, [this, patience] {
    server_->Shutdown(std::chrono::system_clock::now() + patience);
  });
  // Calls that were on their way in are still taken.
  std::this_thread::sleep_for(kSettleTime);
  const bool all_have_ended = intake.WaitForNone(patience);
  grpc_server_cancel_all_calls(server_->c_server());
  if (!all_have_ended || shutdown.wait_for(kFlushTime) != std::future_status::ready) {
    acceptor_->EndAll();
  }
  shutdown.wait();
  server_->Wait();
  acceptor_.reset();
}

}  // namespace suprsend_gateway::gateway
