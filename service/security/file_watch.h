#ifndef SERVICE_SECURITY_FILE_WATCH_H_
#define SERVICE_SECURITY_FILE_WATCH_H_

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "service/base/mutex.h"

namespace suprsend_gateway::security {

// Tells when files have changed, from a thread of its own, on which they are read again too: a
// file system that hangs then holds up no call. It looks at regular intervals: inotify sees neither
// a network file system nor, without care, the swap of a link that a path goes through.
class FileWatch {
 public:
  static constexpr std::chrono::milliseconds kInterval{250};

  // A change is told after one to two intervals.
  explicit FileWatch(std::chrono::milliseconds interval = kInterval);
  // Runs what Run was handed, and waits for what is running.
  ~FileWatch();

  // Has `read` run on the watch's thread when one of the files is another than before, has other
  // contents by its times and size, appears or goes away, and all of them have then stayed as they
  // are from one look to the next, so that what is being written is not read half-way. Links are
  // followed, so a swap of Kubernetes' `..data` is seen. Several changes between two looks are one.
  // What counts as "before" is how the files are now: call this before they are first read, so that
  // no change is missed. While `read` says false it is run again, every twenty intervals: what
  // could not be used may be of use later, such as a certificate that is not valid yet. Before
  // Start.
  void Add(const std::vector<std::string>& paths, std::function<bool()> read);

  // Once. Before it nothing runs.
  void Start();

  // Has `task` run on the watch's thread, soon, in the order of the calls. Any thread.
  void Run(std::function<void()> task);

 private:
  struct Watched;

  void RunThread();
  // Runs what there is to run; false when the watch is to end.
  bool RunTasksUntil(std::chrono::steady_clock::time_point end);

  const std::chrono::milliseconds interval_;
  std::vector<std::unique_ptr<Watched>> watched_;  // The thread's once it runs.
  base::Mutex mutex_;
  base::CondVar has_work_;
  std::vector<std::function<void()>> tasks_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace suprsend_gateway::security

#endif  // SERVICE_SECURITY_FILE_WATCH_H_
