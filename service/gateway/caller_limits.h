#ifndef SERVICE_GATEWAY_CALLER_LIMITS_H_
#define SERVICE_GATEWAY_CALLER_LIMITS_H_

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "service/admission/intake.h"
#include "service/admission/memory_guard.h"
#include "service/net/acceptor.h"
#include "service/telemetry/log_writer.h"
#include "service/telemetry/metrics.h"

namespace suprsend_gateway::gateway {

// Thousands of calls in flight want thousands of sockets, and the usual soft limit is 1,024: raises
// it to the hard one.
void RaiseDescriptorLimit();

// What callers may take of the process, and what log and metrics are told when they take more.
//
// Their connections get three quarters of the descriptors; the rest is kept for upstream, the admin
// port and files. While memory is over its limit, calls and new connections are turned away, so
// that liveness fails where that lasts. Where it does not stop the growth, the connection that
// sends most is closed: gRPC takes in what a peer sends faster than it is worked off, and this is
// what ends a flood (of 100,000 streams that are reset at once, which would take 2 GB of
// gRPC 1.51).
class CallerLimits {
 public:
  CallerLimits(int64_t max_memory_bytes, admission::Intake& intake, telemetry::Metrics& metrics,
               telemetry::LogWriter& log);

  // Any thread.
  bool memory_is_short() const { return memory_is_short_; }

  // This must outlive the acceptor that has it.
  net::Acceptor::Limits ForAcceptor();

 private:
  void OnTurnedAway();
  void TellTurnedAway();
  base::MemoryState Look();
  void OnEnded(const net::Connections::Sender& sender);

  admission::MemoryGuard memory_;
  admission::Intake& intake_;
  telemetry::Metrics& metrics_;
  telemetry::LogWriter& log_;
  std::atomic<bool> memory_is_short_ = false;
  size_t turned_away_untold_ = 0;
  std::chrono::steady_clock::time_point next_line_;  // At once, the first time.
};

}  // namespace suprsend_gateway::gateway

#endif  // SERVICE_GATEWAY_CALLER_LIMITS_H_
