#ifndef SERVICE_GATEWAY_STATUS_H_
#define SERVICE_GATEWAY_STATUS_H_

#include <atomic>
#include <cstdint>
#include <optional>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "service/admission/intake.h"
#include "service/admission/upstream_health.h"
#include "service/clock/scheduler.h"
#include "service/config/config.h"
#include "service/gateway/caller_limits.h"
#include "service/gateway/file_states.h"
#include "service/telemetry/audit_log.h"
#include "service/telemetry/recent_calls.h"
#include "service/telemetry/status_report.h"

namespace suprsend_gateway::gateway {

// Whether the circuit is open, and since when. Any thread.
class CircuitState {
 public:
  void Set(bool is_open) {
    since_ms_ = absl::ToUnixMillis(absl::Now());
    is_open_ = is_open;
  }
  bool is_open() const { return is_open_; }
  // Empty: it has never been open.
  std::optional<absl::Time> since() const {
    const int64_t since = since_ms_;
    return since == 0 ? std::nullopt : std::optional(absl::FromUnixMillis(since));
  }

 private:
  std::atomic<bool> is_open_ = false;
  std::atomic<int64_t> since_ms_ = 0;
};

// What the status page tells of; all must outlive it.
struct StatusSources {
  const config::Config& config;
  absl::Time started;
  const FileStates& files;
  const telemetry::RecentCalls& calls;
  const admission::Intake& intake;
  const admission::UpstreamHealth& upstream;
  const CircuitState& circuit;
  const clock::Scheduler& clock;
  const CallerLimits& caller_limits;
  const telemetry::AuditLog* audit;  // nullptr: none.
};

// All but what only the server itself knows: its addresses, and whether it is ready and live. Any
// thread.
telemetry::StatusReport GatherStatus(const StatusSources& sources);

}  // namespace suprsend_gateway::gateway

#endif  // SERVICE_GATEWAY_STATUS_H_
