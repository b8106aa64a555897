#ifndef SERVICE_GATEWAY_AUDIT_H_
#define SERVICE_GATEWAY_AUDIT_H_

#include <memory>

#include "absl/status/statusor.h"
#include "service/config/config.h"
#include "service/telemetry/audit_log.h"
#include "service/telemetry/log_writer.h"
#include "service/telemetry/metrics.h"

namespace suprsend_gateway::gateway {

// Opens the audit log that the configuration asks for; nullptr where it asks for none. Its key is
// read once. An error names the flag. `metrics` and `log` must outlive it.
absl::StatusOr<std::unique_ptr<telemetry::AuditLog>> OpenAuditLog(const config::Config& config,
                                                                  telemetry::Metrics& metrics,
                                                                  telemetry::LogWriter& log);

}  // namespace suprsend_gateway::gateway

#endif  // SERVICE_GATEWAY_AUDIT_H_
