#include "service/admission/memory_guard.h"

#include <fcntl.h>
#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <memory>

namespace suprsend_gateway::admission {
namespace {

constexpr int64_t kGrowth = int64_t{4} << 20;
constexpr auto kBetweenGivingBack = std::chrono::seconds(1);

// /proc/self/statm, kept open: reading it takes no descriptor when there may be none.
class Statm {
 public:
  Statm() : fd_(open("/proc/self/statm", O_RDONLY | O_CLOEXEC)) {}
  ~Statm() {
    if (fd_ >= 0) close(fd_);
  }
  Statm(const Statm&) = delete;
  Statm& operator=(const Statm&) = delete;

  // "size resident ...", in pages. 0 where there is no such file.
  int64_t ResidentBytes() const {
    std::array<char, 128> text;
    const ssize_t size = pread(fd_, text.data(), text.size(), 0);
    const char* const end = text.data() + std::max<ssize_t>(size, 0);
    int64_t pages = 0;
    const char* const resident = std::find<const char*>(text.data(), end, ' ');
    if (resident != end) std::from_chars(resident + 1, end, pages);
    return pages * sysconf(_SC_PAGESIZE);
  }

 private:
  const int fd_;
};

}  // namespace

base::MemoryState MemoryGuard::Look(clock::TimePoint now) {
  resident_bytes_ = memory_.resident_bytes();
  if (resident_bytes_ > limit_bytes_ / 2 && now >= give_back_from_) {
    give_back_from_ = now + kBetweenGivingBack;
    memory_.give_back();
    resident_bytes_ = memory_.resident_bytes();
  }
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

MemoryGuard::Memory ProcessMemory() {
  return {.resident_bytes = [statm = std::make_shared<Statm>()] { return statm->ResidentBytes(); },
          .give_back = [] { malloc_trim(/*pad=*/0); }};
}

}  // namespace suprsend_gateway::admission
