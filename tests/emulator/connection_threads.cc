#include "tests/emulator/connection_threads.h"

#include <iostream>
#include <system_error>

namespace suprsend_gateway::emulator {

ConnectionThreads::Enqueued ConnectionThreads::enqueue(std::function<void()> task) {
  MutexLock lock(mutex_);
  tasks_.push_back(std::move(task));
  if (tasks_.size() > idle_ && threads_.size() < max_threads_) StartThread();
  task_or_end_.notify_one();
  return static_cast<Enqueued>(true);
}

void ConnectionThreads::StartThread() {
  try {
    threads_.emplace_back([this] { Work(); });
  } catch (const std::system_error& error) {
    std::cerr << "suprsend-emulator: no further thread after " << threads_.size() << ": "
              << error.what() << std::endl;
  }
}

void ConnectionThreads::Work() {
  while (true) {
    std::function<void()> task;
    {
      MutexLock lock(mutex_);
      ++idle_;
      while (tasks_.empty() && !ending_) task_or_end_.wait(mutex_);
      --idle_;
      if (tasks_.empty()) return;
      task = std::move(tasks_.front());
      tasks_.pop_front();
    }
    task();
  }
}

void ConnectionThreads::shutdown() {
  std::vector<std::thread> threads;
  {
    MutexLock lock(mutex_);
    ending_ = true;
    threads.swap(threads_);
  }
  task_or_end_.notify_all();
  for (std::thread& thread : threads) thread.join();
}

}  // namespace suprsend_gateway::emulator
