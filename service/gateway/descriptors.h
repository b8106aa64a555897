#ifndef SERVICE_GATEWAY_DESCRIPTORS_H_
#define SERVICE_GATEWAY_DESCRIPTORS_H_

#include <chrono>
#include <cstddef>

#include "service/telemetry/log_writer.h"
#include "service/telemetry/metrics.h"

namespace suprsend_gateway::gateway {

// Thousands of calls in flight want thousands of sockets, and the usual soft limit is 1,024: raises
// it to the hard one.
void RaiseDescriptorLimit();

// Callers' connections get descriptors below this, three quarters of the limit. The rest is kept
// for upstream, the admin port and files, however many callers there are.
int EndOfCallersDescriptors();

// Counts the connections that found no descriptor, and tells the log, once in ten seconds at most.
// One thread at a time.
class TurnedAwayCount {
 public:
  TurnedAwayCount(telemetry::Metrics& metrics, telemetry::LogWriter& log)
      : metrics_(metrics), log_(log) {}
  void Add();

 private:
  telemetry::Metrics& metrics_;
  telemetry::LogWriter& log_;
  size_t untold_ = 0;
  std::chrono::steady_clock::time_point next_line_;  // At once, the first time.
};

}  // namespace suprsend_gateway::gateway

#endif  // SERVICE_GATEWAY_DESCRIPTORS_H_
