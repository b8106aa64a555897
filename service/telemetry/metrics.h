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
#include <vector>

#include "service/base/mutex.h"
#include "service/telemetry/call_record.h"

namespace suprsend_gateway::telemetry {

// A way for a call to end but OK, and the kind of an attempt that ends so; empty: none does.
struct FailureLabels {
  std::string code;
  std::string reason;
  std::string outcome;
  std::string kind;
};

// The gateway's Prometheus metrics. Any thread.
class Metrics {
 public:
  // Each of `failures` is there with 0 from the start: what is first seen at 1 has no rate.
  explicit Metrics(const std::string& version, const std::vector<FailureLabels>& failures = {});

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
  void SetServing(bool is_serving) { serving_.Set(is_serving ? 1 : 0); }
  // Once each, at the start.
  void SetLimits(size_t max_in_flight, int64_t max_memory_bytes);
  // Since the start.
  void SetLogLinesDropped(uint64_t lines);

  // Whether what was last read from a file that is read again when it changes was good.
  void SetFileOk(const std::string& what, bool is_ok);
  // When the certificate of that file ends, in seconds since 1970.
  void SetCertificateNotAfter(const std::string& what, int64_t seconds);
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
  prometheus::Counter& empty_replies_;
  prometheus::Counter& cancelled_runs_;
  prometheus::Gauge& in_flight_;
  prometheus::Gauge& serving_;
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
  base::Mutex log_lines_mutex_;
  prometheus::Counter& log_lines_dropped_ ABSL_GUARDED_BY(log_lines_mutex_);
};

}  // namespace suprsend_gateway::telemetry

#endif  // SERVICE_TELEMETRY_METRICS_H_
