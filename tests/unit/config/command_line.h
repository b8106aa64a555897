#ifndef TESTS_UNIT_CONFIG_COMMAND_LINE_H_
#define TESTS_UNIT_CONFIG_COMMAND_LINE_H_

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/flags/reflection.h"
#include "service/config/config.h"

namespace suprsend_gateway::config {

// Each test starts with every flag at its default.
class CommandLineTest : public ::testing::Test {
 protected:
  using Parsed = absl::StatusOr<std::variant<Config, Information>>;

  static Parsed Parse(std::vector<std::string> arguments) {
    const absl::FlagSaver saver;
    arguments.insert(arguments.begin(), "suprsend-gateway");
    std::vector<char*> argv;
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    return ParseCommandLine(static_cast<int>(arguments.size()), argv.data());
  }

  // With the one flag that is required.
  static Parsed ParseWithKey(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "--api_key_file=/key");
    return Parse(std::move(arguments));
  }

  static Config ConfigOf(std::vector<std::string> arguments) {
    Parsed parsed = ParseWithKey(std::move(arguments));
    if (parsed.ok() && std::holds_alternative<Config>(*parsed)) return std::get<Config>(*parsed);
    ADD_FAILURE() << "no configuration: " << parsed.status();
    return {};
  }

  // The message of the error; empty where there is none.
  static std::string ErrorOf(std::vector<std::string> arguments) {
    const Parsed parsed = ParseWithKey(std::move(arguments));
    if (parsed.ok()) return "";
    EXPECT_EQ(parsed.status().code(), absl::StatusCode::kInvalidArgument);
    return std::string(parsed.status().message());
  }
};

}  // namespace suprsend_gateway::config

#endif  // TESTS_UNIT_CONFIG_COMMAND_LINE_H_
