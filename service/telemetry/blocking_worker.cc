#include "service/telemetry/blocking_worker.h"

#include <utility>

#include "service/base/mutex.h"

namespace suprsend_gateway::telemetry {

struct BlockingWorker::Shared {
  base::Mutex mutex;
  base::CondVar has_work;
  base::CondVar is_done;
  std::function<void()> job ABSL_GUARDED_BY(mutex);  // Empty: done.
  bool stopping ABSL_GUARDED_BY(mutex) = false;
};

BlockingWorker::BlockingWorker()
    : shared_(std::make_shared<Shared>()), thread_([shared = shared_] { Run(*shared); }) {}

BlockingWorker::~BlockingWorker() {
  bool is_done;
  {
    base::MutexLock lock(shared_->mutex);
    shared_->stopping = true;
    is_done = !shared_->job;
  }
  shared_->has_work.NotifyOne();
  is_done ? thread_.join() : thread_.detach();
}

void BlockingWorker::Start(std::function<void()> job) {
  {
    base::MutexLock lock(shared_->mutex);
    shared_->job = std::move(job);
  }
  shared_->has_work.NotifyOne();
}

bool BlockingWorker::WaitUntil(std::chrono::steady_clock::time_point end) {
  base::MutexLock lock(shared_->mutex);
  while (shared_->job) {
    if (!shared_->is_done.WaitUntil(shared_->mutex, end)) return !shared_->job;
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
      job = shared.job;
    }
    job();
    {
      base::MutexLock lock(shared.mutex);
      shared.job = nullptr;
    }
    shared.is_done.NotifyOne();
  }
}

}  // namespace suprsend_gateway::telemetry
