#include "service/telemetry/blocking_worker.h"

#include <utility>

#include "service/base/mutex.h"

namespace suprsend_gateway::telemetry {

struct BlockingWorker::Shared {
  base::Mutex mutex;
  base::CondVar has_work;
  base::CondVar job_done;
  std::function<void()> job ABSL_GUARDED_BY(mutex);
  bool is_done ABSL_GUARDED_BY(mutex) = true;
  bool stopping ABSL_GUARDED_BY(mutex) = false;
};

BlockingWorker::BlockingWorker()
    : shared_(std::make_shared<Shared>()), thread_([shared = shared_] { Run(*shared); }) {}

BlockingWorker::~BlockingWorker() {
  bool is_done;
  {
    base::MutexLock lock(shared_->mutex);
    shared_->stopping = true;
    is_done = shared_->is_done;
  }
  shared_->has_work.NotifyOne();
  is_done ? thread_.join() : thread_.detach();
}

void BlockingWorker::Start(std::function<void()> job) {
  {
    base::MutexLock lock(shared_->mutex);
    shared_->job = std::move(job);
    shared_->is_done = false;
  }
  shared_->has_work.NotifyOne();
}

bool BlockingWorker::WaitUntil(std::chrono::steady_clock::time_point end) {
  base::MutexLock lock(shared_->mutex);
  while (!shared_->is_done) {
    if (!shared_->job_done.WaitUntil(shared_->mutex, end)) return shared_->is_done;
  }
  return true;
}

void BlockingWorker::Run(Shared& shared) {
  for (;;) {
    std::function<void()> job;
    {
      base::MutexLock lock(shared.mutex);
      while (!shared.job && !shared.stopping) shared.has_work.Wait(shared.mutex);
      if (!shared.job) return;  // A job that has not begun is still done.
      job = std::exchange(shared.job, nullptr);
    }
    job();
    job = nullptr;  // With what it has captured, which its owner may think is its own again.
    {
      base::MutexLock lock(shared.mutex);
      shared.is_done = true;
    }
    shared.job_done.NotifyOne();
  }
}

}  // namespace suprsend_gateway::telemetry
