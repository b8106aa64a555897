#ifndef CLIENT_CLI_COMMAND_H_
#define CLIENT_CLI_COMMAND_H_

#include <optional>
#include <span>
#include <string>
#include <variant>

#include "absl/status/statusor.h"
#include "client/cli/host_port.h"
#include "client/cpp/workflow_client.h"

namespace suprsend_gateway::cli {

enum class OutputFormat { kText, kJson };

struct CancelCommand {
  HostPort address{"127.0.0.1", 50051};
  std::optional<client::TlsFiles> tls;  // All three files; without them in plaintext.
  client::CallOptions call;
  client::CancelRequest request;
  OutputFormat output = OutputFormat::kText;
};

struct HealthCommand {
  HostPort admin_address{"127.0.0.1", 9464};
};

struct PolicyCheckCommand {
  std::string file;
};

struct PolicyExplainCommand {
  std::string file;
  std::string caller;
  client::CancelRequest request;  // Only its filters are set.
};

// --help and --version: text for stdout.
struct ShowCommand {
  std::string text;
};

using Command = std::variant<CancelCommand, HealthCommand, PolicyCheckCommand, PolicyExplainCommand,
                             ShowCommand>;

// `arguments`: the command line without the program's name. The values of filters are taken as they
// are, whatever they hold. A failure's message is a sentence for the user, with the help to turn
// to.
absl::StatusOr<Command> ParseCommand(std::span<const std::string> arguments);

}  // namespace suprsend_gateway::cli

#endif  // CLIENT_CLI_COMMAND_H_
