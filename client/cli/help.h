#ifndef CLIENT_CLI_HELP_H_
#define CLIENT_CLI_HELP_H_

#include <string>

namespace suprsend_gateway::cli {

std::string GeneralHelp();
std::string CancelHelp();
std::string HealthHelp();
std::string PolicyHelp();
std::string VersionLine();

}  // namespace suprsend_gateway::cli

#endif  // CLIENT_CLI_HELP_H_
