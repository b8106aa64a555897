#include "service/config/settings.h"

#include <algorithm>

#include "absl/flags/commandlineflag.h"
#include "absl/flags/reflection.h"
#include "absl/strings/match.h"

namespace suprsend_gateway::config {

std::vector<Setting> Settings() {
  std::vector<Setting> settings;
  for (const auto& [name, flag] : absl::GetAllFlags()) {
    // Of all flags of the program.
    if (!absl::EndsWith(flag->Filename(), "service/config/flags.cc")) continue;
    settings.push_back({.name = std::string(name),
                        .value = flag->CurrentValue(),
                        .default_value = flag->DefaultValue(),
                        .help = flag->Help()});
  }
  std::sort(settings.begin(), settings.end(),
            [](const Setting& a, const Setting& b) { return a.name < b.name; });
  return settings;
}

}  // namespace suprsend_gateway::config
