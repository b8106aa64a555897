#include "service/base/resident_memory.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace suprsend_gateway::base {

ResidentMemory::ResidentMemory() : statm_(open("/proc/self/statm", O_RDONLY | O_CLOEXEC)) {}

// Of /proc/self/statm, "size resident ...", in pages.
int64_t ResidentMemory::Bytes() const {
  std::array<char, 128> text;
  const ssize_t size = pread(statm_.fd(), text.data(), text.size(), 0);
  const char* const end = text.data() + std::max<ssize_t>(size, 0);
  int64_t pages = 0;
  const char* const resident = std::find<const char*>(text.data(), end, ' ');
  if (resident != end) std::from_chars(resident + 1, end, pages);
  return pages * sysconf(_SC_PAGESIZE);
}

}  // namespace suprsend_gateway::base
