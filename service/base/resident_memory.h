#ifndef SERVICE_BASE_RESIDENT_MEMORY_H_
#define SERVICE_BASE_RESIDENT_MEMORY_H_

#include <cstdint>

#include "service/base/file_descriptor.h"

namespace suprsend_gateway::base {

// How much memory of this process is resident. Any thread.
class ResidentMemory {
 public:
  // Costs a descriptor for as long as it lives: to read it then takes none, when there may be none.
  ResidentMemory();

  // 0 where the system does not say.
  int64_t Bytes() const;

 private:
  FileDescriptor statm_;
};

}  // namespace suprsend_gateway::base

#endif  // SERVICE_BASE_RESIDENT_MEMORY_H_
