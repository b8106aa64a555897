#ifndef SERVICE_TELEMETRY_PROCESS_METRICS_H_
#define SERVICE_TELEMETRY_PROCESS_METRICS_H_

#include <prometheus/metric_family.h>

#include <vector>

namespace suprsend_gateway::telemetry {

// What the process takes of its machine now, under the names that Prometheus' own client libraries
// give it: process_cpu_seconds_total, process_resident_memory_bytes, process_open_fds,
// process_max_fds, process_start_time_seconds. What cannot be read is left out. Reads files of
// /proc; any thread.
std::vector<prometheus::MetricFamily> ProcessMetrics();

}  // namespace suprsend_gateway::telemetry

#endif  // SERVICE_TELEMETRY_PROCESS_METRICS_H_
