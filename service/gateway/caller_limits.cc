#include "service/gateway/caller_limits.h"

#include <sys/resource.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"

namespace suprsend_gateway::gateway {
namespace {

constexpr auto kBetweenLines = std::chrono::seconds(10);

int EndOfDescriptors() {
  constexpr rlim_t kMost = std::numeric_limits<int>::max();
  rlimit limit;
  const rlim_t all =
      getrlimit(RLIMIT_NOFILE, &limit) == 0 ? std::min(limit.rlim_cur, kMost) : kMost;
  return static_cast<int>(all - all / 4);
}

}  // namespace

void RaiseDescriptorLimit() {
  rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

CallerLimits::CallerLimits(int64_t max_memory_bytes, admission::Intake& intake,
                           telemetry::Metrics& metrics, telemetry::LogWriter& log)
    : memory_(max_memory_bytes, admission::ProcessMemory()),
      intake_(intake),
      metrics_(metrics),
      log_(log) {}

net::Acceptor::Limits CallerLimits::ForAcceptor() {
  return {.end_of_descriptors = EndOfDescriptors(),
          .on_turned_away = [this] { OnTurnedAway(); },
          .look = [this] { return Look(); },
          .on_ended = [this](const net::Connections::Sender& sender) { OnEnded(sender); }};
}

void CallerLimits::OnTurnedAway() {
  metrics_.ConnectionTurnedAway();
  ++turned_away_untold_;
}

void CallerLimits::TellTurnedAway() {
  const auto now = std::chrono::steady_clock::now();
  if (turned_away_untold_ == 0 || now < next_line_) return;
  next_line_ = now + kBetweenLines;
  log_.Write(absl::StrCat(
      "suprsend-gateway: turned away ", std::exchange(turned_away_untold_, 0), " connections: ",
      memory_is_short_ ? "memory is short"
                       : "callers hold three quarters of the descriptors (ulimit -n)"));
}

base::MemoryState CallerLimits::Look() {
  const base::MemoryState state = memory_.Look();
  const bool is_short = state >= base::MemoryState::kShort;
  if (memory_is_short_.exchange(is_short) != is_short) {
    intake_.SetClosed(is_short);
    metrics_.SetMemoryShort(is_short);
    log_.Write(absl::StrCat("suprsend-gateway: memory is ", memory_.resident_bytes() >> 20,
                            " MiB, of --max_memory_mib=", memory_.limit_bytes() >> 20,
                            is_short ? ": calls are refused" : ": calls are taken again"));
  }
  TellTurnedAway();
  return state;
}

void CallerLimits::OnEnded(const net::Connections::Sender& sender) {
  metrics_.ConnectionEnded();
  log_.Write(absl::StrCat("suprsend-gateway: closed the connection of ", sender.peer,
                          ", which sent most while memory was short: ", sender.bytes >> 10,
                          " KiB"));
}

}  // namespace suprsend_gateway::gateway
