#ifndef SERVICE_CONFIG_MEMORY_H_
#define SERVICE_CONFIG_MEMORY_H_

#include <cstdint>
#include <string>

namespace suprsend_gateway::config {

// The memory that this process may use, in bytes: the least of the machine's and of the limits of
// its control group and of those around it (version 2 or 1), as mounted under `cgroup_root`.
// `membership`: what says which it is in, as /proc/self/cgroup does.
int64_t UsableMemory(const std::string& cgroup_root = "/sys/fs/cgroup",
                     const std::string& membership = "/proc/self/cgroup");

// --max_in_flight=auto: half of the memory, at 64 KiB a call, from 100 to 20,000. (Measured: a call
// in flight with a small body holds 20 to 40 KiB in gRPC, libcurl and here.)
int64_t DefaultMaxInFlight(int64_t memory_bytes);

// With less than this the gateway would hardly run.
inline constexpr int kLeastMaxMemoryMib = 64;
// --max_memory_mib=auto: 256 MiB and 64 KiB for each call in flight, but at most half of the
// memory: what comes in before a flood is ended needs room, too.
int64_t DefaultMaxMemoryMib(int64_t memory_bytes, int64_t max_in_flight);

}  // namespace suprsend_gateway::config

#endif  // SERVICE_CONFIG_MEMORY_H_
