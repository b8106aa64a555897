#ifndef SERVICE_TELEMETRY_CALL_OBSERVER_H_
#define SERVICE_TELEMETRY_CALL_OBSERVER_H_

#include "absl/time/clock.h"
#include "service/telemetry/access_log.h"
#include "service/telemetry/log_writer.h"
#include "service/telemetry/metrics.h"
#include "service/telemetry/recent_calls.h"

namespace suprsend_gateway::telemetry {

// Where a call's record goes, once, at its end. Any thread.
class CallObserver {
 public:
  // All must outlive every call. `access_log`: nullptr where calls are not logged.
  CallObserver(Metrics& metrics, RecentCalls& recent, LogWriter* access_log)
      : metrics_(metrics), recent_(recent), access_log_(access_log) {}

  void CallStarted() { metrics_.CallStarted(); }

  void CallEnded(const CallRecord& record) {
    const absl::Time now = absl::Now();
    metrics_.CallEnded(record);
    recent_.CallEnded(record, now);
    if (access_log_ != nullptr) access_log_->Write(FormatAccessLog(record, now));
  }

 private:
  Metrics& metrics_;
  RecentCalls& recent_;
  LogWriter* const access_log_;
};

}  // namespace suprsend_gateway::telemetry

#endif  // SERVICE_TELEMETRY_CALL_OBSERVER_H_
