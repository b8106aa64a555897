#include "tests/support/metrics_text.h"

#include <cstdlib>
#include <functional>
#include <sstream>

namespace suprsend_gateway::testing {
namespace {

struct Line {
  std::string name;
  Labels labels;
  double value = 0;
};

// Takes one sample line apart. Label values of the gateway need no escapes.
Line ParseLine(const std::string& text) {
  Line line;
  const size_t name_end = text.find_first_of("{ ");
  line.name = text.substr(0, name_end);
  size_t at = name_end;
  if (at != std::string::npos && text[at] == '{') {
    ++at;
    while (at < text.size() && text[at] != '}') {
      const size_t equals = text.find("=\"", at);
      const size_t end = text.find('"', equals + 2);
      if (equals == std::string::npos || end == std::string::npos) return line;
      line.labels[text.substr(at, equals - at)] = text.substr(equals + 2, end - equals - 2);
      at = end + 1;
      if (at < text.size() && text[at] == ',') ++at;
    }
    ++at;
  }
  if (at < text.size()) line.value = std::strtod(text.c_str() + at, nullptr);
  return line;
}

void ForEachSample(const std::string& metrics, const std::function<void(const Line&)>& visit) {
  std::istringstream lines(metrics);
  for (std::string text; std::getline(lines, text);) {
    if (!text.empty() && text.front() != '#') visit(ParseLine(text));
  }
}

}  // namespace

std::optional<double> Sample(const std::string& metrics, const std::string& name,
                             const Labels& labels) {
  std::optional<double> value;
  ForEachSample(metrics, [&](const Line& line) {
    if (line.name == name && line.labels == labels) value = line.value;
  });
  return value;
}

double SampleSum(const std::string& metrics, const std::string& name) {
  double sum = 0;
  ForEachSample(metrics, [&](const Line& line) {
    if (line.name == name) sum += line.value;
  });
  return sum;
}

bool HasMetric(const std::string& metrics, const std::string& name, const std::string& type) {
  return metrics.find("# TYPE " + name + " " + type + "\n") != std::string::npos;
}

}  // namespace suprsend_gateway::testing
