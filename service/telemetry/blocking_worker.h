#ifndef SERVICE_TELEMETRY_BLOCKING_WORKER_H_
#define SERVICE_TELEMETRY_BLOCKING_WORKER_H_

#include <chrono>
#include <functional>
#include <memory>
#include <thread>

namespace suprsend_gateway::telemetry {

// A thread for jobs that may block for ever, such as a write to a disk that hangs: its owner can
// wait for one with a limit, and leave it behind. Owned and used by one thread.
class BlockingWorker {
 public:
  BlockingWorker();
  // Does not wait for a job: one that is not done goes on by itself, with what it has captured.
  ~BlockingWorker();
  BlockingWorker(const BlockingWorker&) = delete;
  BlockingWorker& operator=(const BlockingWorker&) = delete;

  // The job before must be done.
  void Start(std::function<void()> job);

  // Waits until the job is done and gone, or until `end`, and then returns false.
  bool WaitUntil(std::chrono::steady_clock::time_point end);

 private:
  struct Shared;
  static void Run(Shared& shared);

  const std::shared_ptr<Shared> shared_;
  std::thread thread_;
};

}  // namespace suprsend_gateway::telemetry

#endif  // SERVICE_TELEMETRY_BLOCKING_WORKER_H_
