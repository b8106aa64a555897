#include "service/admission/memory_guard.h"

#include <algorithm>
#include <memory>

#include "service/base/resident_memory.h"

namespace suprsend_gateway::admission {
namespace {

constexpr int64_t kGrowth = int64_t{4} << 20;

}  // namespace

base::MemoryState MemoryGuard::Look() {
  resident_bytes_ = read_();
  if (resident_bytes_ <= limit_bytes_) {
    grows_from_.reset();
    return resident_bytes_ > limit_bytes_ / 2 ? base::MemoryState::kNear
                                              : base::MemoryState::kEnough;
  }
  grows_from_ = std::min(grows_from_.value_or(resident_bytes_), resident_bytes_);
  if (resident_bytes_ < *grows_from_ + kGrowth) return base::MemoryState::kShort;
  grows_from_ = resident_bytes_;
  return base::MemoryState::kShortAndGrows;
}

MemoryGuard::ResidentBytes ProcessMemory() {
  return [memory = std::make_shared<const base::ResidentMemory>()] { return memory->Bytes(); };
}

}  // namespace suprsend_gateway::admission
