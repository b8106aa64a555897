#ifndef TESTS_EMULATOR_MUTEX_H_
#define TESTS_EMULATOR_MUTEX_H_

#include <mutex>

#include "absl/base/thread_annotations.h"

namespace suprsend_gateway::emulator {

// std::mutex with the annotations that clang's -Wthread-safety needs. absl::Mutex has them too, but
// Debian's prebuilt one makes ThreadSanitizer report races that are none.
class ABSL_LOCKABLE Mutex {
 public:
  void lock() ABSL_EXCLUSIVE_LOCK_FUNCTION() { mutex_.lock(); }
  void unlock() ABSL_UNLOCK_FUNCTION() { mutex_.unlock(); }

 private:
  std::mutex mutex_;
};

class ABSL_SCOPED_LOCKABLE MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) ABSL_EXCLUSIVE_LOCK_FUNCTION(mutex) : mutex_(mutex) {
    mutex_.lock();
  }
  ~MutexLock() ABSL_UNLOCK_FUNCTION() { mutex_.unlock(); }

  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex& mutex_;
};

}  // namespace suprsend_gateway::emulator

#endif  // TESTS_EMULATOR_MUTEX_H_
