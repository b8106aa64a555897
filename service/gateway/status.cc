#include "service/gateway/status.h"

#include <unistd.h>

#include <array>
#include <string>
#include <utility>

#include "service/base/resident_memory.h"
#include "service/config/settings.h"

namespace suprsend_gateway::gateway {
namespace {

using telemetry::StatusReport;

std::string HostName() {
  std::array<char, 256> name{};
  return gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

void AddUpstream(const StatusSources& sources, StatusReport& report) {
  const clock::TimePoint now = sources.clock.Now();
  const auto window = sources.upstream.breaker.WindowAt(now);
  if (sources.config.breaker_failure_percent > 0) {
    report.breaker = {.is_open = sources.circuit.is_open(),
                      .since = sources.circuit.since(),
                      .attempts = window.attempts,
                      .failed = window.failed,
                      .window = absl::FromChrono(sources.config.breaker_window)};
  }
  const auto& budget = sources.upstream.retry_budget;
  report.retries = {.used = budget.retries(), .limit = budget.limit()};
  const auto cool_down = sources.upstream.cool_down.Remaining(now);
  if (cool_down > clock::Duration()) {
    report.held_back_until = report.now + absl::FromChrono(cool_down);
  }
}

void AddUse(const StatusSources& sources, StatusReport& report) {
  report.in_flight = {.used = static_cast<int64_t>(sources.intake.admitted()),
                      .limit = sources.config.max_in_flight};
  report.memory_bytes = {.used = base::ResidentMemory().Bytes(),
                         .limit = sources.config.max_memory_bytes()};
  report.memory_is_short = sources.caller_limits.memory_is_short();
  if (sources.audit != nullptr) {
    const std::string& path = sources.config.audit_log;
    report.audit = {.path = path == "-" ? "stdout" : path,
                    .is_failing = sources.audit->is_failing(),
                    .fails_closed = sources.config.audit_fails_closed,
                    .dropped = sources.audit->dropped()};
  }
}

}  // namespace

StatusReport GatherStatus(const StatusSources& sources) {
  StatusReport report;
  report.now = absl::Now();
  report.version = config::Version();
  report.host = HostName();
  report.started = sources.started;
  report.upstream_url = sources.config.upstream_url;
  sources.files.AddTo(report);
  AddUpstream(sources, report);
  AddUse(sources, report);
  report.calls = sources.calls.Summarize(report.now);
  for (config::Setting& flag : config::Settings()) {
    report.flags.push_back({.name = std::move(flag.name),
                            .value = std::move(flag.value),
                            .default_value = std::move(flag.default_value)});
  }
  return report;
}

}  // namespace suprsend_gateway::gateway
