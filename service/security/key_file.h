#ifndef SERVICE_SECURITY_KEY_FILE_H_
#define SERVICE_SECURITY_KEY_FILE_H_

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "service/base/mutex.h"
#include "service/security/api_key.h"
#include "service/security/file_watch.h"

namespace suprsend_gateway::security {

// The file that holds the API key, and may be replaced at any time. One that has become unusable
// changes nothing: the last good key stays in use.
class KeyFile {
 public:
  // Hears what the file has come to, on the watch's thread.
  class Observer {
   public:
    virtual ~Observer() = default;
    // It holds another key than before.
    virtual void OnKeyReplaced(const ApiKey& key) = 0;
    // It cannot be used. Once for each change of the file, however often it is read. `fault` holds
    // no character of the content.
    virtual void OnFault(const absl::Status& fault) = 0;
    // It can be used again, and holds the key that has stayed in use.
    virtual void OnMended() = 0;
  };

  // `watch` must not have been started, and must end before this does.
  KeyFile(FileWatch& watch, std::string path);

  const std::string& path() const { return path_; }

  // Reads the file on this thread, before the watch is started. Errors as of ReadApiKeyFile, and
  // the watch must not be started then.
  absl::StatusOr<ApiKey> ReadFirst();

  // Before the watch is started. `observer` must outlive the watch.
  void SetObserver(Observer& observer) { observer_ = &observer; }

  // Such readings begin no sooner after one another. However fast calls are refused, the file is
  // left in peace, and many of them share a reading.
  static constexpr std::chrono::milliseconds kReadAgainPause{50};

  // Has the file read, whether it has changed or not, and then, when the observer has heard of it,
  // calls `done` on the watch's thread. All who wait for a reading that has not begun share it. Any
  // thread.
  void ReadAgain(absl::AnyInvocable<void() &&> done);

 private:
  enum class Cause { kChanged, kAsked };

  void ReadForWaiting();
  void Read(Cause cause);
  void OnBadFile(const absl::Status& fault, Cause cause);

  FileWatch& watch_;
  const std::string path_;
  Observer* observer_ = nullptr;

  // From here to the mutex: the watch's thread's, once it runs.
  std::optional<ApiKey> key_;
  std::string fault_;           // Of the last reading; empty: none.
  bool is_told_early_ = false;  // The fault, before the watch saw the change.
  std::chrono::steady_clock::time_point next_read_again_;

  base::Mutex mutex_;
  std::vector<absl::AnyInvocable<void() &&>> waiting_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace suprsend_gateway::security

#endif  // SERVICE_SECURITY_KEY_FILE_H_
