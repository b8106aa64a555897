#ifndef TESTS_UNIT_TELEMETRY_SIZE_LIMIT_H_
#define TESTS_UNIT_TELEMETRY_SIZE_LIMIT_H_

#include <signal.h>
#include <sys/resource.h>

#include <cstdlib>

namespace suprsend_gateway::telemetry {

// While it lives no file of this process grows beyond so many bytes: a write across the limit is
// cut there, and the next one fails with EFBIG. A disk that fills up does just that, with ENOSPC.
class SizeLimit {
 public:
  explicit SizeLimit(size_t bytes) {
    signal(SIGXFSZ, SIG_IGN);
    if (getrlimit(RLIMIT_FSIZE, &before_) != 0) std::abort();
    const rlimit limit{.rlim_cur = bytes, .rlim_max = before_.rlim_max};
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0) std::abort();
  }
  ~SizeLimit() { setrlimit(RLIMIT_FSIZE, &before_); }
  SizeLimit(const SizeLimit&) = delete;
  SizeLimit& operator=(const SizeLimit&) = delete;

 private:
  rlimit before_;
};

}  // namespace suprsend_gateway::telemetry

#endif  // TESTS_UNIT_TELEMETRY_SIZE_LIMIT_H_
