#include "client/cli/options.h"

#include <algorithm>
#include <cstddef>

#include "absl/status/status.h"
#include "client/cli/printable.h"

namespace suprsend_gateway::cli {
namespace {

const OptionRule* FindRule(std::span<const OptionRule> rules, const std::string& name) {
  const auto found = std::find_if(rules.begin(), rules.end(),
                                  [&name](const OptionRule& rule) { return rule.name == name; });
  return found == rules.end() ? nullptr : &*found;
}

absl::Status UnknownOption(std::span<const OptionRule> rules, const std::string& name) {
  std::string message = "there is no option --" + Printable(name);
  std::string underscored = name;
  std::replace(underscored.begin(), underscored.end(), '-', '_');
  if (FindRule(rules, underscored)) message += "; it is written --" + underscored;
  return absl::InvalidArgumentError(message);
}

// What is no option may be somebody's name or address: it is told by its place alone.
absl::Status StrayArgument(size_t index) {
  return absl::InvalidArgumentError("argument " + std::to_string(index + 1) +
                                    " after the command belongs to no option; options are written "
                                    "--name=value or --name value");
}

bool IsOption(const std::string& argument) {
  return argument.size() > 2 && argument.starts_with("--");
}

absl::Status CheckSwitch(const GivenOption& option) {
  if (option.value == "true" || option.value == "false") return absl::OkStatus();
  return absl::InvalidArgumentError("--" + option.name +
                                    " stands alone or is =true or =false, nothing else");
}

// Reads the option at arguments[index], and moves `index` to the last argument that belongs to it.
absl::StatusOr<GivenOption> ReadOption(std::span<const OptionRule> rules,
                                       std::span<const std::string> arguments, size_t& index) {
  const std::string& argument = arguments[index];
  const size_t equals = argument.find('=');
  const bool has_value = equals != std::string::npos;
  GivenOption option{.name = argument.substr(2, has_value ? equals - 2 : equals)};
  const OptionRule* const rule = FindRule(rules, option.name);
  if (!rule) return UnknownOption(rules, option.name);
  if (has_value) {
    option.value = argument.substr(equals + 1);
  } else if (rule->kind == OptionRule::kSwitch) {
    option.value = "true";
  } else if (index + 1 < arguments.size() && !arguments[index + 1].starts_with('-')) {
    option.value = arguments[++index];
  } else {
    return absl::InvalidArgumentError("--" + option.name + " needs a value; one that begins with " +
                                      "a dash is written --" + option.name + "=-value");
  }
  if (rule->kind == OptionRule::kSwitch) {
    if (absl::Status status = CheckSwitch(option); !status.ok()) return status;
  }
  return option;
}

}  // namespace

absl::StatusOr<std::vector<GivenOption>> ParseOptions(std::span<const OptionRule> rules,
                                                      std::span<const std::string> arguments) {
  std::vector<GivenOption> given;
  for (size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i] == "--") {
      if (i + 1 == arguments.size()) break;
      return StrayArgument(i + 1);
    }
    if (!IsOption(arguments[i])) return StrayArgument(i);
    absl::StatusOr<GivenOption> option = ReadOption(rules, arguments, i);
    if (!option.ok()) return option.status();
    const bool is_repeated =
        std::any_of(given.begin(), given.end(),
                    [&option](const GivenOption& earlier) { return earlier.name == option->name; });
    if (is_repeated && !FindRule(rules, option->name)->repeatable) {
      return absl::InvalidArgumentError("--" + option->name + " can be given only once");
    }
    given.push_back(*std::move(option));
  }
  return given;
}

}  // namespace suprsend_gateway::cli
