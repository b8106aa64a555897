#ifndef SERVICE_ADMISSION_INTAKE_H_
#define SERVICE_ADMISSION_INTAKE_H_

#include <cstddef>

#include "service/base/mutex.h"
#include "service/clock/scheduler.h"

namespace suprsend_gateway::admission {

// Who is let in, and who is still inside. Any thread.
class Intake {
 public:
  // `max_in_flight`: so many calls may be on their way to upstream, or wait for it, at once.
  explicit Intake(size_t max_in_flight) : max_in_flight_(max_in_flight) {}

  // Every call enters and leaves, those too that are refused: WaitForNone waits for them.
  void Enter();
  // `admitted`: what Admit() said; false where it was not asked.
  void Leave(bool admitted);

  // Whether this call may go to upstream; it then holds its place until it leaves. Never waits.
  bool Admit();
  // While it is closed, none may.
  void SetClosed(bool is_closed);

  // Those that Admit() let in and that have not left.
  size_t admitted() const;

  // Returns when no call is inside, with true; with false once `patience` is over or Hurry was
  // called.
  bool WaitForNone(clock::Duration patience);
  // Ends WaitForNone, now and for good.
  void Hurry();

 private:
  const size_t max_in_flight_;
  mutable base::Mutex mutex_;
  base::CondVar none_;
  size_t inside_ ABSL_GUARDED_BY(mutex_) = 0;
  size_t admitted_ ABSL_GUARDED_BY(mutex_) = 0;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  bool hurried_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace suprsend_gateway::admission

#endif  // SERVICE_ADMISSION_INTAKE_H_
