#include "service/config/memory.h"

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <limits>

#include "absl/strings/str_cat.h"

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

// The least limit of a group and of those around it. `group`: "/a/b", or "/" where a container sees
// no further; the groups that it does not see have no files here.
int64_t LeastLimit(const std::string& root, std::string group, const std::string& file) {
  int64_t least = ReadLimit(absl::StrCat(root, "/", file));
  for (; group.size() > 1 && group.front() == '/'; group.erase(group.rfind('/'))) {
    least = std::min(least, ReadLimit(absl::StrCat(root, group, "/", file)));
  }
  return least;
}

}  // namespace

int64_t UsableMemory(const std::string& cgroup_root, const std::string& membership) {
  int64_t least = int64_t{sysconf(_SC_PHYS_PAGES)} * sysconf(_SC_PAGESIZE);
  std::ifstream file(membership);
  // "0::/group" of version 2, "4:memory:/group" of version 1.
  for (std::string line; std::getline(file, line);) {
    const size_t first = line.find(':');
    const size_t second = line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string controller = line.substr(first + 1, second - first - 1);
    const std::string group = line.substr(second + 1);
    if (controller.empty()) {
      least = std::min(least, LeastLimit(cgroup_root, group, "memory.max"));
    } else if (controller == "memory") {
      least = std::min(least, LeastLimit(cgroup_root + "/memory", group, "memory.limit_in_bytes"));
    }
  }
  return least;
}

int64_t DefaultMaxInFlight(int64_t memory_bytes) {
  return std::clamp(memory_bytes / 2 / kBytesPerCall, kFewest, kMost);
}

int64_t DefaultMaxMemoryMib(int64_t memory_bytes, int64_t max_in_flight) {
  const int64_t wanted = 256 + (max_in_flight * kBytesPerCall >> 20);
  return std::max<int64_t>(std::min(wanted, memory_bytes / 2 >> 20), kLeastMaxMemoryMib);
}

}  // namespace suprsend_gateway::config
