#include "service/security/api_key.h"

#include "service/security/key_file.h"

namespace suprsend_gateway::security {

absl::StatusOr<ApiKey> ReadApiKeyFile(const std::string& path) {
  absl::StatusOr<std::string> characters = ReadKeyFile(path, kMaxApiKeyBytes);
  if (!characters.ok()) return characters.status();
  return ApiKey(*std::move(characters));
}

}  // namespace suprsend_gateway::security
