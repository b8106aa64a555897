#ifndef SERVICE_ADMISSION_MEMORY_GUARD_H_
#define SERVICE_ADMISSION_MEMORY_GUARD_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <utility>

#include "service/base/memory_state.h"
#include "service/clock/scheduler.h"

namespace suprsend_gateway::admission {

// Holds the memory that a process has against what it may have. One thread at a time.
class MemoryGuard {
 public:
  struct Memory {
    std::function<int64_t()> resident_bytes;
    // Gives the system back what is free. It looks through the whole heap, so it is asked seldom.
    std::function<void()> give_back;
  };
  MemoryGuard(int64_t limit_bytes, Memory memory)
      : limit_bytes_(limit_bytes), memory_(std::move(memory)) {}

  // Looks anew. Where there is more than half of the limit, what is free is given back first, at
  // most once a second.
  base::MemoryState Look(clock::TimePoint now);

  // As of the last look.
  int64_t resident_bytes() const { return resident_bytes_; }
  int64_t limit_bytes() const { return limit_bytes_; }

 private:
  const int64_t limit_bytes_;
  const Memory memory_;
  int64_t resident_bytes_ = 0;
  // While it is short: what growth is counted from.
  std::optional<int64_t> grows_from_;
  clock::TimePoint give_back_from_;  // At once, the first time.
};

// This process's. Costs a descriptor for as long as it lives.
MemoryGuard::Memory ProcessMemory();

}  // namespace suprsend_gateway::admission

#endif  // SERVICE_ADMISSION_MEMORY_GUARD_H_
