#include "service/config/flag_error.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace suprsend_gateway::config {

absl::Status FlagError(std::string_view flag, std::string_view value, std::string_view allowed) {
  const auto absl_view = [](std::string_view text) {
    return absl::string_view(text.data(), text.size());
  };
  return absl::InvalidArgumentError(
      absl::StrCat("--", absl_view(flag), "=", absl_view(value), ": ", absl_view(allowed)));
}

}  // namespace suprsend_gateway::config
