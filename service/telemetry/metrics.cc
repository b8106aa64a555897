#include "service/telemetry/metrics.h"

#include <prometheus/text_serializer.h>

#include <chrono>
#include <map>
#include <utility>

#include "service/telemetry/process_metrics.h"

namespace suprsend_gateway::telemetry {
namespace {

using prometheus::Histogram;

// From what a quick upstream takes to the longest deadline.
Histogram::BucketBoundaries Buckets() {
  return {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30};
}

Histogram& AddHistogram(prometheus::Registry& registry, const char* name, const char* help) {
  return prometheus::BuildHistogram().Name(name).Help(help).Register(registry).Add({}, Buckets());
}

prometheus::Gauge& AddGauge(prometheus::Registry& registry, const char* name, const char* help) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(registry).Add({});
}

prometheus::Counter& AddCounter(prometheus::Registry& registry, const char* name,
                                const char* help) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(registry).Add({});
}

std::map<std::string, std::string> CallLabels(std::string_view code, std::string_view reason,
                                              std::string_view outcome) {
  return {{"code", std::string(code)},
          {"reason", std::string(reason)},
          {"outcome", std::string(outcome)}};
}

double Seconds(std::chrono::nanoseconds duration) {
  return std::chrono::duration<double>(duration).count();
}

}  // namespace

Metrics::Metrics(const std::string& version, const std::vector<FailureLabels>& failures)
    : calls_(prometheus::BuildCounter()
                 .Name("suprsend_gateway_calls_total")
                 .Help("Calls that ended, by gRPC code, ErrorReason and outcome (both empty for "
                       "OK).")
                 .Register(registry_)),
      ok_calls_(calls_.Add(CallLabels("OK", "", ""))),
      call_duration_(AddHistogram(registry_, "suprsend_gateway_call_duration_seconds",
                                  "Time from a call's arrival to its answer.")),
      attempts_(prometheus::BuildCounter()
                    .Name("suprsend_gateway_upstream_attempts_total")
                    .Help("Attempts to cancel at SuprSend, by how they ended.")
                    .Register(registry_)),
      ok_attempts_(attempts_.Add({{"kind", "ok"}})),
      attempt_duration_(AddHistogram(registry_,
                                     "suprsend_gateway_upstream_attempt_duration_seconds",
                                     "Time of one attempt at SuprSend.")),
      empty_replies_(AddCounter(registry_, "suprsend_gateway_empty_replies_total",
                                "Calls in whose answer SuprSend named no run.")),
      cancelled_runs_(AddCounter(registry_, "suprsend_gateway_cancelled_runs_total",
                                 "Runs that SuprSend named as cancelled.")),
      in_flight_(AddGauge(registry_, "suprsend_gateway_in_flight",
                          "Calls that have arrived and not ended.")),
      serving_(AddGauge(registry_, "suprsend_gateway_serving",
                        "1 while it is ready for calls; 0 at its start and once it is to stop.")),
      circuit_open_(AddGauge(registry_, "suprsend_gateway_circuit_open",
                             "1 while upstream has failed too often and calls are refused.")),
      file_ok_(prometheus::BuildGauge()
                   .Name("suprsend_gateway_file_ok")
                   .Help("1 where a file that is read again when it changes was good when last "
                         "read; 0: the old content stays in use.")
                   .Register(registry_)),
      certificate_not_after_(
          prometheus::BuildGauge()
              .Name("suprsend_gateway_certificate_not_after_timestamp_seconds")
              .Help("When the certificate in use ends, by the file it is from: tls_cert, or "
                    "client_ca for the last authority that is valid.")
              .Register(registry_)),
      api_key_info_(prometheus::BuildGauge()
                        .Name("suprsend_gateway_api_key_info")
                        .Help("Always 1; the label tells the key in use: the first 8 hex digits "
                              "of its SHA-256.")
                        .Register(registry_)),
      api_key_loaded_(AddGauge(registry_, "suprsend_gateway_api_key_loaded_timestamp_seconds",
                               "When the key in use was read.")),
      connections_turned_away_(
          AddCounter(registry_, "suprsend_gateway_connections_turned_away_total",
                     "Callers' connections closed at once, for want of descriptors or memory.")),
      connections_ended_(AddCounter(registry_, "suprsend_gateway_connections_ended_total",
                                    "Callers' connections closed for sending most while memory "
                                    "was short.")),
      memory_short_(AddGauge(registry_, "suprsend_gateway_memory_short",
                             "1 while memory is over --max_memory_mib and calls are refused.")),
      audit_records_(prometheus::BuildCounter()
                         .Name("suprsend_gateway_audit_records_total")
                         .Help("Audit records, by whether they were written or are lost.")
                         .Register(registry_)),
      audit_written_(audit_records_.Add({{"result", "written"}})),
      audit_dropped_(audit_records_.Add({{"result", "dropped"}})),
      audit_failing_(AddGauge(registry_, "suprsend_gateway_audit_failing",
                              "1 while audit records cannot be written.")),
      log_lines_dropped_(AddCounter(registry_, "suprsend_gateway_log_lines_dropped_total",
                                    "Lines of the log lost to a reader that stalled.")) {
  for (const FailureLabels& failure : failures) {
    calls_.Add(CallLabels(failure.code, failure.reason, failure.outcome));
    if (!failure.kind.empty()) attempts_.Add({{"kind", failure.kind}});
  }
  prometheus::BuildGauge()
      .Name("suprsend_gateway_build_info")
      .Help("Always 1; the label tells the version.")
      .Register(registry_)
      .Add({{"version", version}})
      .Set(1);
}

void Metrics::CallEnded(const CallRecord& record) {
  in_flight_.Decrement();
  (record.code == "OK" ? ok_calls_
                       : calls_.Add(CallLabels(record.code, record.reason, record.outcome)))
      .Increment();
  call_duration_.Observe(Seconds(record.duration));
  if (record.cancelled == 0) empty_replies_.Increment();
  if (record.cancelled) cancelled_runs_.Increment(static_cast<double>(*record.cancelled));
  for (const CallRecord::Attempt& attempt : record.attempts) {
    (attempt.kind == "ok" ? ok_attempts_ : attempts_.Add({{"kind", std::string(attempt.kind)}}))
        .Increment();
    attempt_duration_.Observe(Seconds(attempt.duration));
  }
}

void Metrics::SetFileOk(const std::string& what, bool is_ok) {
  file_ok_.Add({{"file", what}}).Set(is_ok ? 1 : 0);
}

void Metrics::SetLimits(size_t max_in_flight, int64_t max_memory_bytes) {
  AddGauge(registry_, "suprsend_gateway_max_in_flight", "--max_in_flight.")
      .Set(static_cast<double>(max_in_flight));
  AddGauge(registry_, "suprsend_gateway_max_memory_bytes", "--max_memory_mib, in bytes.")
      .Set(static_cast<double>(max_memory_bytes));
}

void Metrics::SetLogLinesDropped(uint64_t lines) {
  base::MutexLock lock(log_lines_mutex_);
  // Another thread may have come first, with more.
  const double more = static_cast<double>(lines) - log_lines_dropped_.Value();
  if (more > 0) log_lines_dropped_.Increment(more);
}

void Metrics::SetCertificateNotAfter(const std::string& what, int64_t seconds) {
  certificate_not_after_.Add({{"file", what}}).Set(static_cast<double>(seconds));
}

void Metrics::ApiKeyLoaded(const std::string& fingerprint) {
  if (api_key_in_use_ != nullptr) api_key_info_.Remove(api_key_in_use_);
  api_key_in_use_ = &api_key_info_.Add({{"fingerprint", fingerprint}});
  api_key_in_use_->Set(1);
  api_key_loaded_.Set(Seconds(std::chrono::system_clock::now().time_since_epoch()));
}

std::string Metrics::Serialize() const {
  std::vector<prometheus::MetricFamily> families = registry_.Collect();
  for (prometheus::MetricFamily& family : ProcessMetrics()) families.push_back(std::move(family));
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace suprsend_gateway::telemetry
