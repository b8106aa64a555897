#include "service/gateway/descriptors.h"

#include <sys/resource.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"

namespace suprsend_gateway::gateway {
namespace {

constexpr auto kBetweenLines = std::chrono::seconds(10);

}  // namespace

void RaiseDescriptorLimit() {
  rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

int EndOfCallersDescriptors() {
  constexpr rlim_t kMost = std::numeric_limits<int>::max();
  rlimit limit;
  const rlim_t all =
      getrlimit(RLIMIT_NOFILE, &limit) == 0 ? std::min(limit.rlim_cur, kMost) : kMost;
  return static_cast<int>(all - all / 4);
}

void TurnedAwayCount::Add() {
  metrics_.ConnectionTurnedAway();
  ++untold_;
  const auto now = std::chrono::steady_clock::now();
  if (now < next_line_) return;
  next_line_ = now + kBetweenLines;
  log_.Write(absl::StrCat("suprsend-gateway: callers hold so many connections that ",
                          std::exchange(untold_, 0), " more found no descriptor and were closed; ",
                          "the limit is `ulimit -n`"));
}

}  // namespace suprsend_gateway::gateway
