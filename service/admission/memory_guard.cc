#include "service/admission/memory_guard.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>

#include "service/base/file_descriptor.h"

namespace suprsend_gateway::admission {
namespace {

constexpr int64_t kGrowth = int64_t{4} << 20;

// Of /proc/self/statm, "size resident ...", in pages. 0 where there is no such file.
int64_t ReadResidentBytes(int statm_fd) {
  std::array<char, 128> text;
  const ssize_t size = pread(statm_fd, text.data(), text.size(), 0);
  const char* const end = text.data() + std::max<ssize_t>(size, 0);
  int64_t pages = 0;
  const char* const resident = std::find<const char*>(text.data(), end, ' ');
  if (resident != end) std::from_chars(resident + 1, end, pages);
  return pages * sysconf(_SC_PAGESIZE);
}

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
  // Kept open: reading it takes no descriptor when there may be none.
  const auto statm =
      std::make_shared<const base::FileDescriptor>(open("/proc/self/statm", O_RDONLY | O_CLOEXEC));
  return [statm] { return ReadResidentBytes(statm->fd()); };
}

}  // namespace suprsend_gateway::admission
