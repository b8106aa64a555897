#include "client/cli/command.h"

#include <array>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "client/cli/help.h"
#include "client/cli/options.h"
#include "client/cli/printable.h"

namespace suprsend_gateway::cli {
namespace {

constexpr auto kCancelOptions = std::to_array<OptionRule>({
    {.name = "execution_id"},
    {.name = "recipient", .repeatable = true},
    {.name = "idempotency_key"},
    {.name = "workflow_slug"},
    {.name = "validate_only", .kind = OptionRule::kSwitch},
    {.name = "timeout"},
    {.name = "address"},
    {.name = "tls_ca_file"},
    {.name = "tls_cert_file"},
    {.name = "tls_key_file"},
    {.name = "output"},
    {.name = "help", .kind = OptionRule::kSwitch},
});

constexpr auto kHealthOptions = std::to_array<OptionRule>({
    {.name = "admin_address"},
    {.name = "help", .kind = OptionRule::kSwitch},
});

constexpr auto kPolicyCheckOptions = std::to_array<OptionRule>({
    {.name = "help", .kind = OptionRule::kSwitch},
});

constexpr auto kPolicyExplainOptions = std::to_array<OptionRule>({
    {.name = "caller"},
    {.name = "execution_id"},
    {.name = "recipient", .repeatable = true},
    {.name = "idempotency_key"},
    {.name = "workflow_slug"},
    {.name = "help", .kind = OptionRule::kSwitch},
});

// For options that are no filter: their values may be shown.
absl::Status BadValue(const GivenOption& option, const std::string& allowed) {
  return absl::InvalidArgumentError("--" + option.name + " is \"" + Printable(option.value) +
                                    "\"; allowed is " + allowed);
}

// `address` holds the default, whose port the hint shows.
absl::Status ReadAddress(const GivenOption& option, HostPort& address) {
  const std::optional<HostPort> parsed = ParseHostPort(option.value);
  if (!parsed) {
    const std::string port = std::to_string(address.port);
    return BadValue(option, "HOST:PORT, such as 127.0.0.1:" + port + " or [::1]:" + port);
  }
  address = *parsed;
  return absl::OkStatus();
}

absl::Status ReadTimeout(const GivenOption& option, client::CallOptions& call) {
  absl::Duration timeout;
  if (!absl::ParseDuration(option.value, &timeout) || timeout <= absl::ZeroDuration() ||
      timeout > absl::FromChrono(client::kMaxTimeout)) {
    return BadValue(option, "a duration over 0 and up to 1h, such as 500ms, 5s or 1m");
  }
  call.timeout = absl::ToChronoNanoseconds(timeout);
  // absl counts in quarters of a nanosecond.
  if (call.timeout.count() == 0) call.timeout = std::chrono::nanoseconds(1);
  return absl::OkStatus();
}

absl::Status ReadOutput(const GivenOption& option, OutputFormat& output) {
  if (option.value != "text" && option.value != "json") return BadValue(option, "text or json");
  output = option.value == "json" ? OutputFormat::kJson : OutputFormat::kText;
  return absl::OkStatus();
}

void ReadFilter(const GivenOption& option, client::CancelRequest& request) {
  if (option.name == "execution_id") request.execution_id = option.value;
  if (option.name == "idempotency_key") request.idempotency_key = option.value;
  if (option.name == "workflow_slug") request.workflow_slug = option.value;
  if (option.name == "recipient") {
    if (!request.recipients) request.recipients.emplace();
    request.recipients->push_back(option.value);
  }
}

void ReadTlsFile(const GivenOption& option, std::optional<client::TlsFiles>& tls) {
  if (!option.name.starts_with("tls_")) return;
  if (!tls) tls.emplace();
  if (option.name == "tls_ca_file") tls->ca_file = option.value;
  if (option.name == "tls_cert_file") tls->cert_file = option.value;
  if (option.name == "tls_key_file") tls->key_file = option.value;
}

absl::Status CheckTls(const std::optional<client::TlsFiles>& tls) {
  if (tls && (tls->ca_file.empty() || tls->cert_file.empty() || tls->key_file.empty())) {
    return absl::InvalidArgumentError(
        "--tls_ca_file, --tls_cert_file and --tls_key_file go together; give all three");
  }
  return absl::OkStatus();
}

absl::Status ReadCancelOption(const GivenOption& option, CancelCommand& command) {
  if (option.name == "timeout") return ReadTimeout(option, command.call);
  if (option.name == "address") return ReadAddress(option, command.address);
  if (option.name == "output") return ReadOutput(option, command.output);
  if (option.name == "validate_only") command.request.validate_only = option.value == "true";
  ReadTlsFile(option, command.tls);
  ReadFilter(option, command.request);
  return absl::OkStatus();
}

// An empty value is a filter too, which the gateway refuses.
bool HasFilter(const client::CancelRequest& request) {
  return request.execution_id || request.recipients || request.idempotency_key ||
         request.workflow_slug;
}

bool AsksForHelp(const std::vector<GivenOption>& given) {
  for (const GivenOption& option : given) {
    if (option.name == "help" && option.value == "true") return true;
  }
  return false;
}

absl::StatusOr<Command> ParseCancel(std::span<const std::string> arguments) {
  const absl::StatusOr<std::vector<GivenOption>> given = ParseOptions(kCancelOptions, arguments);
  if (!given.ok()) return given.status();
  if (AsksForHelp(*given)) return ShowCommand{CancelHelp()};
  CancelCommand command;
  for (const GivenOption& option : *given) {
    if (absl::Status status = ReadCancelOption(option, command); !status.ok()) return status;
  }
  if (!HasFilter(command.request)) {
    return absl::InvalidArgumentError(
        "a filter is missing, nothing was sent; give at least one of --execution_id, --recipient, "
        "--idempotency_key and --workflow_slug");
  }
  if (absl::Status status = CheckTls(command.tls); !status.ok()) return status;
  return command;
}

absl::StatusOr<Command> ParseHealth(std::span<const std::string> arguments) {
  const absl::StatusOr<std::vector<GivenOption>> given = ParseOptions(kHealthOptions, arguments);
  if (!given.ok()) return given.status();
  if (AsksForHelp(*given)) return ShowCommand{HealthHelp()};
  HealthCommand command;
  for (const GivenOption& option : *given) {
    if (option.name != "admin_address") continue;
    if (absl::Status status = ReadAddress(option, command.admin_address); !status.ok()) {
      return status;
    }
  }
  return command;
}

// Takes what stands before the options: empty where there is nothing, or no more.
std::string TakeWord(std::span<const std::string>& arguments) {
  if (arguments.empty() || arguments.front().starts_with('-')) return "";
  const std::string& word = arguments.front();
  arguments = arguments.subspan(1);
  return word;
}

absl::StatusOr<Command> ReadExplain(const std::vector<GivenOption>& given, std::string file) {
  PolicyExplainCommand command{.file = std::move(file)};
  for (const GivenOption& option : given) {
    if (option.name == "caller") command.caller = option.value;
    ReadFilter(option, command.request);
  }
  if (command.caller.empty()) return absl::InvalidArgumentError("--caller is missing or empty");
  if (!HasFilter(command.request)) {
    return absl::InvalidArgumentError(
        "a filter is missing, and a call without one is always refused; give at least one of "
        "--execution_id, --recipient, --idempotency_key and --workflow_slug");
  }
  return command;
}

absl::StatusOr<Command> ParsePolicy(std::span<const std::string> arguments) {
  const std::string action = TakeWord(arguments);
  std::string file = TakeWord(arguments);
  const bool explains = action == "explain";
  const std::span<const OptionRule> rules =
      explains ? std::span<const OptionRule>(kPolicyExplainOptions) : kPolicyCheckOptions;
  const absl::StatusOr<std::vector<GivenOption>> given = ParseOptions(rules, arguments);
  if (given.ok() && AsksForHelp(*given)) return ShowCommand{PolicyHelp()};
  if (!explains && action != "check") {
    return absl::InvalidArgumentError("policy is followed by check or explain");
  }
  if (!given.ok()) return given.status();
  if (file.empty()) {
    return absl::InvalidArgumentError(
        "FILE is missing; it stands before the options, and as ./-name where its name begins with "
        "a dash");
  }
  if (explains) return ReadExplain(*given, std::move(file));
  return PolicyCheckCommand{.file = std::move(file)};
}

absl::StatusOr<Command> PointToHelp(const absl::StatusOr<Command>& command,
                                    const std::string& help) {
  if (command.ok()) return command;
  return absl::InvalidArgumentError(std::string(command.status().message()) + "\nSee " + help);
}

}  // namespace

absl::StatusOr<Command> ParseCommand(std::span<const std::string> arguments) {
  if (arguments.empty()) {
    return absl::InvalidArgumentError("a command is missing: cancel, health or policy\nSee " +
                                      std::string("gatewayctl --help"));
  }
  const std::string& name = arguments.front();
  if (name == "--help" || name == "-h" || name == "help") return ShowCommand{GeneralHelp()};
  if (name == "--version") return ShowCommand{VersionLine()};
  if (name == "cancel")
    return PointToHelp(ParseCancel(arguments.subspan(1)), "gatewayctl cancel --help");
  if (name == "health")
    return PointToHelp(ParseHealth(arguments.subspan(1)), "gatewayctl health --help");
  if (name == "policy")
    return PointToHelp(ParsePolicy(arguments.subspan(1)), "gatewayctl policy --help");
  return absl::InvalidArgumentError(
      "the first argument is no command; there are cancel, health and policy\n"
      "See gatewayctl --help");
}

}  // namespace suprsend_gateway::cli
