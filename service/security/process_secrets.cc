#include "service/security/process_secrets.h"

#include <sys/prctl.h>
#include <sys/resource.h>

// LeakSanitizer attaches to the process that it is in, and fails where it cannot.
#if defined(__SANITIZE_ADDRESS__)
#define GATEWAY_MUST_BE_TRACEABLE 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define GATEWAY_MUST_BE_TRACEABLE 1
#endif
#endif

namespace suprsend_gateway::security {

void ForbidDumps() {
  const rlimit none{.rlim_cur = 0, .rlim_max = 0};
  setrlimit(RLIMIT_CORE, &none);
  // The limit alone is not enough: a core that goes to a program (core_pattern "|…") is not bound
  // by it.
#ifndef GATEWAY_MUST_BE_TRACEABLE
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
}

}  // namespace suprsend_gateway::security
