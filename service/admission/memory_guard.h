#ifndef SERVICE_ADMISSION_MEMORY_GUARD_H_
#define SERVICE_ADMISSION_MEMORY_GUARD_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <utility>

#include "service/base/memory_state.h"

namespace suprsend_gateway::admission {

// Holds the memory that a process has against what it may have. One thread at a time.
class MemoryGuard {
 public:
  using ResidentBytes = std::function<int64_t()>;
  MemoryGuard(int64_t limit_bytes, ResidentBytes read)
      : limit_bytes_(limit_bytes), read_(std::move(read)) {}

  // Looks anew.
  base::MemoryState Look();

  // As of the last look.
  int64_t resident_bytes() const { return resident_bytes_; }
  int64_t limit_bytes() const { return limit_bytes_; }

 private:
  const int64_t limit_bytes_;
  const ResidentBytes read_;
  int64_t resident_bytes_ = 0;
  // While it is short: what growth is counted from.
  std::optional<int64_t> grows_from_;
};

// This process's. Costs a descriptor for as long as it lives.
MemoryGuard::ResidentBytes ProcessMemory();

}  // namespace suprsend_gateway::admission

#endif  // SERVICE_ADMISSION_MEMORY_GUARD_H_
