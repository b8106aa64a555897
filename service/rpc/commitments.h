#ifndef SERVICE_RPC_COMMITMENTS_H_
#define SERVICE_RPC_COMMITMENTS_H_

#include <atomic>
#include <memory>
#include <utility>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "service/base/mutex.h"
#include "service/clock/scheduler.h"

namespace suprsend_gateway::rpc {

// What waits for a call to be committed. It goes on once, whoever comes first. Any thread.
class Commitment {
 public:
  Commitment(clock::TimePoint latest, absl::AnyInvocable<void() &&> go_on)
      : latest_(latest), go_on_(std::move(go_on)) {}

  void End() {
    if (!ended_.exchange(true)) std::move(go_on_)();
  }
  bool has_ended() const { return ended_; }
  clock::TimePoint latest() const { return latest_; }

 private:
  const clock::TimePoint latest_;
  std::atomic<bool> ended_ = false;
  absl::AnyInvocable<void() &&> go_on_;
};

// Ends the commitments of callers that do not read, who could keep us waiting for ever. Nearly all
// end by themselves in no time, so they are looked through now and then: a timer for each would be
// one of the dearer things that a call does.
class Commitments {
 public:
  static constexpr auto kLookInterval = std::chrono::milliseconds(250);

  // `clock` must outlive this, and run no callback after it.
  explicit Commitments(clock::Scheduler& clock) : clock_(clock) {}

  // `go_on` runs once: when the commitment is ended, or up to kLookInterval after `latest`.
  std::shared_ptr<Commitment> Begin(clock::TimePoint latest, absl::AnyInvocable<void() &&> go_on);

 private:
  void LookLater();
  void Look();

  clock::Scheduler& clock_;
  base::Mutex mutex_;
  std::vector<std::weak_ptr<Commitment>> begun_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace suprsend_gateway::rpc

#endif  // SERVICE_RPC_COMMITMENTS_H_
