#include <string>
#include <variant>
#include <vector>

#include "client/cli/command.h"
#include "client/cli/health.h"
#include "client/cli/output.h"
#include "client/cli/policy.h"
#include "client/cli/render.h"
#include "client/cpp/workflow_client.h"

namespace suprsend_gateway::cli {
namespace {

absl::StatusOr<client::WorkflowClient> Connect(const CancelCommand& command) {
  // With its scheme: gRPC would take a host of the name "dns" or "unix" for one.
  const std::string target = "dns:///" + ToString(command.address);
  if (command.tls) return client::WorkflowClient::ConnectWithTls(target, *command.tls);
  return client::WorkflowClient(target);
}

Output Run(const CancelCommand& command) {
  const absl::StatusOr<client::WorkflowClient> client = Connect(command);
  if (!client.ok()) {
    return {.err = "gatewayctl: --tls_" + std::string(client.status().message()) + "\n",
            .exit_code = kBadRequest};
  }
  return Render(client->CancelWorkflow(command.request, command.call), command);
}

Output Run(const HealthCommand& command) { return CheckHealth(command); }

Output Run(const PolicyCheckCommand& command) { return CheckPolicy(command); }

Output Run(const PolicyExplainCommand& command) { return ExplainPolicy(command); }

Output Run(const ShowCommand& command) { return {.out = command.text}; }

int Main(const std::vector<std::string>& arguments) {
  GuardStandardStreams();
  const absl::StatusOr<Command> command = ParseCommand(arguments);
  if (!command.ok()) {
    const std::string message(command.status().message());
    return Emit({.err = "gatewayctl: " + message + "\n", .exit_code = kBadRequest});
  }
  return Emit(std::visit([](const auto& chosen) { return Run(chosen); }, *command));
}

}  // namespace
}  // namespace suprsend_gateway::cli

int main(int argc, char** argv) {
  return suprsend_gateway::cli::Main(std::vector<std::string>(argv + (argc > 0), argv + argc));
}
