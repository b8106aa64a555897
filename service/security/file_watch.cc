#include "service/security/file_watch.h"

#include <sys/stat.h>

#include <cerrno>
#include <cstdint>
#include <utility>

namespace suprsend_gateway::security {
namespace {

constexpr int kLooksBetweenTries = 20;

// What tells one state of a file from another. The inode's change time cannot be set back, unlike
// the modification time, which cp -p and tar do set.
struct Signature {
  int error = 0;  // errno of a file that cannot be looked at; the rest is 0 then.
  uint64_t device = 0;
  uint64_t inode = 0;
  int64_t size = 0;
  int64_t modified_s = 0;
  int64_t modified_ns = 0;
  int64_t changed_s = 0;
  int64_t changed_ns = 0;

  bool operator==(const Signature&) const = default;
};

Signature SignatureOf(const std::string& path) {
  struct stat info;
  if (stat(path.c_str(), &info) != 0) return {.error = errno};
  return {.device = info.st_dev,
          .inode = info.st_ino,
          .size = info.st_size,
          .modified_s = info.st_mtim.tv_sec,
          .modified_ns = info.st_mtim.tv_nsec,
          .changed_s = info.st_ctim.tv_sec,
          .changed_ns = info.st_ctim.tv_nsec};
}

}  // namespace

struct FileWatch::Watched {
  Watched(const std::vector<std::string>& watched_paths, std::function<bool()> callback)
      : paths(watched_paths), read(std::move(callback)), told(Signatures()), seen(told) {}

  std::vector<Signature> Signatures() const {
    std::vector<Signature> signatures;
    signatures.reserve(paths.size());
    for (const std::string& path : paths) signatures.push_back(SignatureOf(path));
    return signatures;
  }

  void Look() {
    std::vector<Signature> now = Signatures();
    const bool is_settled = now == seen;
    seen = std::move(now);
    ++looks_since_read;
    const bool is_to_be_tried_again = !is_taken && looks_since_read >= kLooksBetweenTries;
    if (!is_settled || (seen == told && !is_to_be_tried_again)) return;
    // Before the call: what changes while the files are read is told again.
    told = seen;
    looks_since_read = 0;
    is_taken = read();
  }

  const std::vector<std::string> paths;
  const std::function<bool()> read;
  std::vector<Signature> told;  // At the last call of `read`.
  std::vector<Signature> seen;  // At the last look.
  bool is_taken = true;         // What `read` said last.
  int looks_since_read = 0;
};

FileWatch::FileWatch(std::chrono::milliseconds interval) : interval_(interval) {}

FileWatch::~FileWatch() {
  if (!thread_.joinable()) return;
  {
    base::MutexLock lock(mutex_);
    stopping_ = true;
  }
  has_work_.NotifyOne();
  thread_.join();
}

void FileWatch::Add(const std::vector<std::string>& paths, std::function<bool()> read) {
  watched_.push_back(std::make_unique<Watched>(paths, std::move(read)));
}

void FileWatch::Start() {
  thread_ = std::thread([this] { RunThread(); });
}

void FileWatch::Run(std::function<void()> task) {
  {
    base::MutexLock lock(mutex_);
    tasks_.push_back(std::move(task));
  }
  has_work_.NotifyOne();
}

void FileWatch::RunThread() {
  while (RunTasksUntil(std::chrono::steady_clock::now() + interval_)) {
    for (const auto& watched : watched_) watched->Look();
  }
}

bool FileWatch::RunTasksUntil(std::chrono::steady_clock::time_point end) {
  std::vector<std::function<void()>> tasks;
  do {
    {
      base::MutexLock lock(mutex_);
      while (tasks_.empty() && !stopping_ && has_work_.WaitUntil(mutex_, end)) {
      }
      if (tasks_.empty()) return !stopping_;
      tasks.swap(tasks_);
    }
    for (const auto& task : tasks) task();
    tasks.clear();
    // However fast tasks come, files are looked at.
  } while (std::chrono::steady_clock::now() < end);
  return true;
}

}  // namespace suprsend_gateway::security
