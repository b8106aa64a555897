#ifndef TESTS_EMULATOR_FAULT_H_
#define TESTS_EMULATOR_FAULT_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "tests/emulator/http_message.h"
#include "tests/emulator/mutex.h"

namespace suprsend_gateway::emulator {

enum class Drop { kNever, kBeforeApplying, kAfterApplying };

// What happens to a request that matches, in this order: the delay; then applying it, unless the
// fault prevents that; then the fault's reply, or the closed connection, or else the real reply.
struct Fault {
  std::optional<std::string> path;           // the whole path, without the query; unset is any
  std::optional<std::string> body_contains;  // bytes of the raw body; unset is any
  std::optional<int64_t> times;              // how many requests it hits; unset is every one
  std::chrono::milliseconds delay{0};
  std::optional<Reply> reply;  // in place of the real one
  bool apply = false;          // with `reply`: whether the request is applied all the same
  Drop drop = Drop::kNever;    // never with `reply`
};

inline constexpr int64_t kMaxDelayMs = 600'000;
// Eight times what the gateway reads of a reply.
inline constexpr int64_t kMaxReplyBytes = 64 << 20;

// The JSON of PUT /_emulator/faults; `--help` describes it. INVALID_ARGUMENT names the element and
// the field, as in `faults[1].status must be …`. Bytes of `body` are kept as they are, so a fault's
// reply can be invalid UTF-8.
absl::StatusOr<std::vector<Fault>> ParseFaults(const std::string& text);

// The faults in force. Any thread may call anything.
class FaultList {
 public:
  struct Taken {
    size_t index = 0;  // in the list as it was set
    std::shared_ptr<const Fault> fault;
  };

  // In place of all that were there; their counts are forgotten too.
  void Replace(std::vector<Fault> faults);

  // The first fault that matches and has a time left, which this uses up.
  std::optional<Taken> Take(const std::string& path, const std::string& body);

 private:
  struct Entry {
    std::shared_ptr<const Fault> fault;
    int64_t taken = 0;
  };

  Mutex mutex_;
  std::vector<Entry> entries_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace suprsend_gateway::emulator

#endif  // TESTS_EMULATOR_FAULT_H_
