#include "service/telemetry/process_metrics.h"

#include <sys/resource.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <system_error>
#include <utility>

#include "service/base/resident_memory.h"

namespace suprsend_gateway::telemetry {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

MetricFamily Family(const char* name, const char* help, MetricType type, double value) {
  ClientMetric metric;
  (type == MetricType::Counter ? metric.counter.value : metric.gauge.value) = value;
  MetricFamily family;
  family.name = name;
  family.help = help;
  family.type = type;
  family.metric.push_back(std::move(metric));
  return family;
}

double Seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

void AddCpu(std::vector<MetricFamily>& families) {
  rusage usage;
  if (getrusage(RUSAGE_SELF, &usage) != 0) return;
  families.push_back(Family("process_cpu_seconds_total", "CPU time taken, user and system.",
                            MetricType::Counter,
                            Seconds(usage.ru_utime) + Seconds(usage.ru_stime)));
}

void AddMemory(std::vector<MetricFamily>& families) {
  const int64_t bytes = base::ResidentMemory().Bytes();
  if (bytes == 0) return;
  families.push_back(Family("process_resident_memory_bytes", "Memory that is resident.",
                            MetricType::Gauge, static_cast<double>(bytes)));
}

void AddDescriptors(std::vector<MetricFamily>& families) {
  std::error_code error;
  const std::filesystem::directory_iterator open("/proc/self/fd", error);
  if (!error) {
    // But for the one that is open to count them.
    const auto count = std::distance(begin(open), end(open)) - 1;
    families.push_back(Family("process_open_fds", "Descriptors that are open.", MetricType::Gauge,
                              static_cast<double>(count)));
  }
  rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  families.push_back(Family("process_max_fds", "How many descriptors may be open.",
                            MetricType::Gauge, static_cast<double>(limit.rlim_cur)));
}

// The kernel keeps it in clock ticks since the machine's start, and that start in whole seconds.
void AddStart(std::vector<MetricFamily>& families) {
  constexpr int kFieldsBefore = 19;  // Of proc(5), from the third, which follows the name's ")".
  std::ifstream file("/proc/self/stat");
  const std::string stat{std::istreambuf_iterator<char>(file), {}};
  std::ifstream machine("/proc/stat");
  std::string name;
  double machine_started = 0;
  while (machine >> name && name != "btime") machine.ignore(1 << 20, '\n');
  const size_t name_end = stat.rfind(')');
  if (!(machine >> machine_started) || name_end == std::string::npos) return;
  std::istringstream fields(stat.substr(name_end + 1));
  for (int i = 0; i < kFieldsBefore; ++i) fields >> name;
  double ticks = 0;
  if (!(fields >> ticks)) return;
  families.push_back(Family("process_start_time_seconds", "When the process began, since 1970.",
                            MetricType::Gauge,
                            machine_started + ticks / static_cast<double>(sysconf(_SC_CLK_TCK))));
}

}  // namespace

std::vector<MetricFamily> ProcessMetrics() {
  std::vector<MetricFamily> families;
  AddCpu(families);
  AddMemory(families);
  AddDescriptors(families);
  AddStart(families);
  return families;
}

}  // namespace suprsend_gateway::telemetry
