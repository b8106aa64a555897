#ifndef SERVICE_CONFIG_SETTINGS_H_
#define SERVICE_CONFIG_SETTINGS_H_

#include <string>
#include <vector>

namespace suprsend_gateway::config {

struct Setting {
  std::string name;  // The flag's, without dashes.
  std::string value;
  std::string default_value;
  std::string help;
};

// Every flag of ours by name, with the value that it has now. None is a secret: keys are in files.
std::vector<Setting> Settings();

}  // namespace suprsend_gateway::config

#endif  // SERVICE_CONFIG_SETTINGS_H_
