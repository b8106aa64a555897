#include "service/gateway/audit.h"

#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "service/gateway/flag_error.h"
#include "service/security/hmac_key.h"

namespace suprsend_gateway::gateway {

absl::StatusOr<std::unique_ptr<telemetry::AuditLog>> OpenAuditLog(const config::Config& config,
                                                                  telemetry::Metrics& metrics,
                                                                  telemetry::LogWriter& log) {
  if (config.audit_log.empty()) return nullptr;
  absl::StatusOr<security::HmacKey> key = security::ReadHmacKeyFile(config.audit_hmac_key_file);
  if (!key.ok()) return FlagError("audit_hmac_key_file", key.status());
  auto opened = telemetry::AuditLog::Open(
      config.audit_log,
      [key = *std::move(key)](std::string_view text) { return key.HexHmacSha256(text); },
      [&log](bool /*is_failing*/, std::string_view why) {
        log.Write(absl::StrCat("suprsend-gateway: ", absl::string_view(why.data(), why.size())));
      },
      metrics);
  if (!opened.ok()) return FlagError("audit_log", opened.status());
  return opened;
}

}  // namespace suprsend_gateway::gateway
