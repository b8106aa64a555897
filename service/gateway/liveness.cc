#include "service/gateway/liveness.h"

#include <grpc/grpc.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <chrono>
#include <future>
#include <memory>
#include <string>

#include "service/net/tls_probe.h"

namespace suprsend_gateway::gateway {
namespace {

constexpr auto kPatience = std::chrono::seconds(1);

// Where to reach a listener from this host: one on every address is reached through loopback.
config::ListenAddress Target(config::ListenAddress address) {
  if (address.host == "0.0.0.0") address.host = "127.0.0.1";
  if (address.host == "::") address.host = "::1";
  return address;
}

bool AnswersCall(const config::ListenAddress& address) {
  grpc::ChannelArguments arguments;
  // A listener that is dead must not be hidden by a connection from better days.
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  grpc::GenericStub stub(
      grpc::CreateCustomChannel(ToString(address), grpc::InsecureChannelCredentials(), arguments));
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + kPatience);
  const grpc::Slice empty;  // A HealthCheckRequest that names no service.
  const grpc::ByteBuffer request(&empty, 1);
  grpc::ByteBuffer reply;
  // Shared: the callback may still be inside set_value when the answer is here.
  const auto answered = std::make_shared<std::promise<bool>>();
  stub.UnaryCall(&context, "/grpc.health.v1.Health/Check", grpc::StubOptions(), &request, &reply,
                 [answered](const grpc::Status& status) { answered->set_value(status.ok()); });
  return answered->get_future().get();
}

}  // namespace

bool PortAnswers(const config::ListenAddress& address, bool has_tls) {
  const config::ListenAddress target = Target(address);
  return has_tls ? net::AnswersHandshake(target.host, target.port, kPatience) : AnswersCall(target);
}

}  // namespace suprsend_gateway::gateway
