#include "service/config/limits.h"

#include <string>

#include "absl/flags/flag.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "service/config/flag_error.h"
#include "service/config/flags.h"
#include "service/config/memory.h"

namespace suprsend_gateway::config {
namespace {

struct DurationLimit {
  const char* name;
  absl::Flag<std::string>& flag;
  std::chrono::nanoseconds Config::*member;
  absl::Duration least;
  absl::Duration most;
};

struct NumberLimit {
  const char* name;
  absl::Flag<std::string>& flag;
  int Config::*member;
  int least;
  int most;
};

constexpr int kMany = 1'000'000;

absl::Status ReadDuration(const DurationLimit& limit, Config& config) {
  const std::string text = absl::GetFlag(limit.flag);
  absl::Duration duration;
  if (!absl::ParseDuration(text, &duration) || duration < limit.least || duration > limit.most) {
    const std::string least =
        limit.least == absl::ZeroDuration() ? "0s" : absl::FormatDuration(limit.least);
    return FlagError(
        limit.name, text,
        absl::StrCat("must be a duration from ", least, " to ", absl::FormatDuration(limit.most),
                     ", with its unit, such as 500ms or 10s"));
  }
  config.*limit.member = absl::ToChronoNanoseconds(duration);
  return absl::OkStatus();
}

absl::Status ReadNumber(const NumberLimit& limit, Config& config, const char* or_else = "") {
  const std::string text = absl::GetFlag(limit.flag);
  int number = 0;
  if (!absl::SimpleAtoi(text, &number) || number < limit.least || number > limit.most) {
    return FlagError(
        limit.name, text,
        absl::StrCat("must be a whole number from ", limit.least, " to ", limit.most, or_else));
  }
  config.*limit.member = number;
  return absl::OkStatus();
}

absl::Status ReadNumberOrAuto(const NumberLimit& limit, int64_t automatic, Config& config) {
  if (absl::GetFlag(limit.flag) != "auto") return ReadNumber(limit, config, ", or auto");
  config.*limit.member = static_cast<int>(automatic);
  return absl::OkStatus();
}

absl::Status ReadMemoryLimits(Config& config) {
  const int64_t memory = UsableMemory();
  absl::Status status =
      ReadNumberOrAuto({"max_in_flight", FLAGS_max_in_flight, &Config::max_in_flight, 1, kMany},
                       DefaultMaxInFlight(memory), config);
  if (!status.ok()) return status;
  return ReadNumberOrAuto(
      {"max_memory_mib", FLAGS_max_memory_mib, &Config::max_memory_mib, kLeastMaxMemoryMib, kMany},
      DefaultMaxMemoryMib(memory, config.max_in_flight), config);
}

}  // namespace

absl::Status ReadLimits(Config& config) {
  const absl::Duration short_time = absl::Milliseconds(100);
  const absl::Duration long_time = absl::Minutes(10);
  const DurationLimit durations[] = {
      {"max_deadline", FLAGS_max_deadline, &Config::max_deadline, short_time, long_time},
      {"default_deadline", FLAGS_default_deadline, &Config::default_deadline, short_time,
       long_time},
      {"connect_timeout", FLAGS_connect_timeout, &Config::connect_timeout, absl::Milliseconds(10),
       absl::Minutes(1)},
      {"attempt_timeout", FLAGS_attempt_timeout, &Config::attempt_timeout, short_time, long_time},
      {"breaker_window", FLAGS_breaker_window, &Config::breaker_window, short_time, long_time},
      {"breaker_probe_interval", FLAGS_breaker_probe_interval, &Config::breaker_probe_interval,
       absl::Milliseconds(10), absl::Minutes(1)},
      {"max_connection_age", FLAGS_max_connection_age, &Config::max_connection_age,
       absl::Seconds(1), absl::Hours(24)},
      {"drain_delay", FLAGS_drain_delay, &Config::drain_delay, absl::ZeroDuration(), long_time},
      {"drain_timeout", FLAGS_drain_timeout, &Config::drain_timeout, absl::ZeroDuration(),
       long_time},
  };
  const NumberLimit numbers[] = {
      {"max_attempts", FLAGS_max_attempts, &Config::max_attempts, 1, 10},
      {"retry_budget_percent", FLAGS_retry_budget_percent, &Config::retry_budget_percent, 0, 100},
      {"breaker_failure_percent", FLAGS_breaker_failure_percent, &Config::breaker_failure_percent,
       0, 100},
      {"breaker_min_attempts", FLAGS_breaker_min_attempts, &Config::breaker_min_attempts, 1, kMany},
  };
  for (const DurationLimit& limit : durations) {
    if (absl::Status status = ReadDuration(limit, config); !status.ok()) return status;
  }
  for (const NumberLimit& limit : numbers) {
    if (absl::Status status = ReadNumber(limit, config); !status.ok()) return status;
  }
  return ReadMemoryLimits(config);
}

}  // namespace suprsend_gateway::config
