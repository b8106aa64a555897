#ifndef SERVICE_TELEMETRY_METRICS_H_
#define SERVICE_TELEMETRY_METRICS_H_

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <cstddef>
#include <cstdint>
#include <string>

#include "service/telemetry/call_record.h"

namespace suprsend_gateway::telemetry {

// The gateway's Prometheus metrics. Any thread.
class Metrics {
 public:
  explicit Metrics(const std::string& version);

  void CallStarted() { in_flight_.Increment(); }
  void CallEnded(const CallRecord& record);
  void SetCircuitOpen(bool is_open) { circuit_open_.Set(is_open ? 1 : 0); }
  void AuditRecordsWritten(size_t records) {
    audit_written_.Increment(static_cast<double>(records));
  }
  void AuditRecordsDropped(size_t records) {
    audit_dropped_.Increment(static_cast<double>(records));
  }
  void ConnectionTurnedAway() { connections_turned_away_.Increment(); }
  void ConnectionEnded() { connections_ended_.Increment(); }
  void SetMemoryShort(bool is_short) { memory_short_.Set(is_short ? 1 : 0); }
  void SetAuditFailing(bool is_failing) { audit_failing_.Set(is_failing ? 1 : 0); }

  // Whether what was last read from a file that is read again when it changes was good.
  void SetFileOk(const std::string& what, bool is_ok);
  // The end of the server certificate's validity, in seconds since 1970.
  void SetCertificateNotAfter(int64_t seconds);
  // A key from a good file has come into use. One thread at a time.
  void ApiKeyLoaded(const std::string& fingerprint);

  // In Prometheus' text format.
  std::string Serialize() const;

 private:
  prometheus::Registry registry_;
  prometheus::Family<prometheus::Counter>& calls_;
  prometheus::Counter& ok_calls_;  // To look them up among the others is dear.
  prometheus::Histogram& call_duration_;
  prometheus::Family<prometheus::Counter>& attempts_;
  prometheus::Counter& ok_attempts_;
  prometheus::Histogram& attempt_duration_;
  prometheus::Gauge& in_flight_;
  prometheus::Gauge& circuit_open_;
  // Without a line until there is such a file.
  prometheus::Family<prometheus::Gauge>& file_ok_;
  prometheus::Family<prometheus::Gauge>& certificate_not_after_;
  prometheus::Family<prometheus::Gauge>& api_key_info_;
  prometheus::Gauge* api_key_in_use_ = nullptr;
  prometheus::Gauge& api_key_loaded_;
  prometheus::Counter& connections_turned_away_;
  prometheus::Counter& connections_ended_;
  prometheus::Gauge& memory_short_;
  prometheus::Family<prometheus::Counter>& audit_records_;
  prometheus::Counter& audit_written_;
  prometheus::Counter& audit_dropped_;
  prometheus::Gauge& audit_failing_;
};

}  // namespace suprsend_gateway::telemetry

#endif  // SERVICE_TELEMETRY_METRICS_H_
