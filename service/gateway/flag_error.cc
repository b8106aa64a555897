#include "service/gateway/flag_error.h"

#include <string>

#include "absl/strings/str_cat.h"

namespace suprsend_gateway::gateway {

absl::Status FlagError(const char* flag, const absl::Status& status) {
  return absl::Status(status.code(), absl::StrCat("--", flag, ": ", std::string(status.message())));
}

}  // namespace suprsend_gateway::gateway
