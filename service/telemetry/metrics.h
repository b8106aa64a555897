#ifndef SERVICE_TELEMETRY_METRICS_H_
#define SERVICE_TELEMETRY_METRICS_H_

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

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

  // A key from a good file has come into use. One thread at a time.
  void ApiKeyLoaded(const std::string& fingerprint);
  // Whether the file, as it is now, holds a key.
  void SetApiKeyFileOk(bool is_ok) { api_key_file_ok_.Set(is_ok ? 1 : 0); }

  // In Prometheus' text format.
  std::string Serialize() const;

 private:
  prometheus::Registry registry_;
  prometheus::Family<prometheus::Counter>& calls_;
  prometheus::Histogram& call_duration_;
  prometheus::Family<prometheus::Counter>& attempts_;
  prometheus::Histogram& attempt_duration_;
  prometheus::Gauge& in_flight_;
  prometheus::Gauge& circuit_open_;
  prometheus::Family<prometheus::Gauge>& api_key_info_;
  prometheus::Gauge* api_key_in_use_ = nullptr;
  prometheus::Gauge& api_key_loaded_;
  prometheus::Gauge& api_key_file_ok_;
};

}  // namespace suprsend_gateway::telemetry

#endif  // SERVICE_TELEMETRY_METRICS_H_
