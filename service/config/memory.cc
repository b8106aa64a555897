#include "service/config/memory.h"

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <limits>

namespace suprsend_gateway::config {
namespace {

constexpr int64_t kBytesPerCall = int64_t{64} * 1024;
constexpr int64_t kFewest = 100;
constexpr int64_t kMost = 20'000;
constexpr int64_t kNoLimit = std::numeric_limits<int64_t>::max();

// "max", or no such file: kNoLimit.
int64_t ReadLimit(const std::string& path) {
  std::ifstream file(path);
  int64_t bytes = 0;
  return file >> bytes ? bytes : kNoLimit;
}

}  // namespace

int64_t UsableMemory(const std::string& cgroup_root) {
  const int64_t machine = int64_t{sysconf(_SC_PHYS_PAGES)} * sysconf(_SC_PAGESIZE);
  return std::min({machine, ReadLimit(cgroup_root + "/memory.max"),
                   ReadLimit(cgroup_root + "/memory/memory.limit_in_bytes")});
}

int64_t DefaultMaxInFlight(int64_t memory_bytes) {
  return std::clamp(memory_bytes / 2 / kBytesPerCall, kFewest, kMost);
}

int64_t DefaultMaxMemoryMib(int64_t memory_bytes, int64_t max_in_flight) {
  const int64_t wanted = 256 + (max_in_flight * kBytesPerCall >> 20);
  return std::max<int64_t>(std::min(wanted, memory_bytes / 4 * 3 >> 20), kLeastMaxMemoryMib);
}

}  // namespace suprsend_gateway::config
