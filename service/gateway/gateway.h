#ifndef SERVICE_GATEWAY_GATEWAY_H_
#define SERVICE_GATEWAY_GATEWAY_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "service/config/config.h"

namespace suprsend_gateway::gateway {

// The whole service, wired.
class Gateway {
 public:
  // Starts to serve. An error says what could not be had, and nothing has been started then. Once a
  // process; curl_global_init must have been called and SIGPIPE be ignored.
  static absl::StatusOr<std::unique_ptr<Gateway>> Start(const config::Config& config);

  // Stops if Stop was not called.
  virtual ~Gateway() = default;

  // Opens the audit log's file anew, for its rotation. Any thread.
  virtual void ReopenAuditLog() = 0;

  // Says NOT_SERVING to health checks and /readyz, and goes on serving, so that callers can go
  // elsewhere before it stops.
  virtual void AnnounceStop() = 0;

  // Takes no new calls, and returns when those in flight have ended; those that have not after
  // --drain_timeout are cancelled.
  virtual void Stop() = 0;

  // Lets Stop wait for calls no longer. Any thread.
  virtual void Hurry() = 0;
};

}  // namespace suprsend_gateway::gateway

#endif  // SERVICE_GATEWAY_GATEWAY_H_
