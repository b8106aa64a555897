#ifndef SERVICE_BASE_MEMORY_STATE_H_
#define SERVICE_BASE_MEMORY_STATE_H_

namespace suprsend_gateway::base {

// How the memory of the process stands to its limit.
enum class MemoryState {
  kEnough,
  kNear,          // Over half of it.
  kShort,         // Over it.
  kShortAndGrows  // And by 4 MiB or more since it became short, or since this was said last.
};

}  // namespace suprsend_gateway::base

#endif  // SERVICE_BASE_MEMORY_STATE_H_
