#ifndef SERVICE_RPC_IN_FLIGHT_H_
#define SERVICE_RPC_IN_FLIGHT_H_

#include <cstddef>

#include "service/base/mutex.h"
#include "service/clock/scheduler.h"

namespace suprsend_gateway::rpc {

// Counts the calls that gRPC still knows of, their last byte included. Any thread.
class InFlight {
 public:
  void Enter();
  void Leave();

  // Waits until there is none; false if that takes longer than `patience`.
  bool WaitForNone(clock::Duration patience);

 private:
  base::Mutex mutex_;
  base::CondVar none_;
  size_t count_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace suprsend_gateway::rpc

#endif  // SERVICE_RPC_IN_FLIGHT_H_
