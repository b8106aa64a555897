#ifndef TESTS_EMULATOR_CONNECTION_THREADS_H_
#define TESTS_EMULATOR_CONNECTION_THREADS_H_

#include <httplib.h>

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <thread>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "tests/emulator/mutex.h"

namespace suprsend_gateway::emulator {

// The threads of the server. cpp-httplib gives each connection a thread for as long as it is open,
// idle or delayed, and a pool of fixed size makes the next connection wait. This one grows by need,
// up to `max_threads`, and never shrinks.
class ConnectionThreads : public httplib::TaskQueue {
 public:
  explicit ConnectionThreads(size_t max_threads) : max_threads_(max_threads) {}

  // void up to cpp-httplib 0.14, bool from 0.15 on.
  using Enqueued = decltype(std::declval<httplib::TaskQueue&>().enqueue(nullptr));

  // Where the system refuses one more thread, the task waits for one of those that are there.
  Enqueued enqueue(std::function<void()> task) override;

  // Runs what is queued, then joins all threads.
  void shutdown() override;

 private:
  void Work();
  void StartThread() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const size_t max_threads_;
  Mutex mutex_;
  std::condition_variable_any task_or_end_;
  std::deque<std::function<void()>> tasks_ ABSL_GUARDED_BY(mutex_);
  size_t idle_ ABSL_GUARDED_BY(mutex_) = 0;
  bool ending_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace suprsend_gateway::emulator

#endif  // TESTS_EMULATOR_CONNECTION_THREADS_H_
