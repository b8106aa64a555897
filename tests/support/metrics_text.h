#ifndef SUPRSEND_GATEWAY_TESTS_SUPPORT_METRICS_TEXT_H_
#define SUPRSEND_GATEWAY_TESTS_SUPPORT_METRICS_TEXT_H_

#include <map>
#include <optional>
#include <string>

namespace suprsend_gateway::testing {

using Labels = std::map<std::string, std::string>;

// The value of one sample in Prometheus's text format, with exactly these labels in any order.
// Empty where there is none.
std::optional<double> Sample(const std::string& metrics, const std::string& name,
                             const Labels& labels = {});

// The sum over all samples of that name, whatever their labels; 0 where there is none.
double SampleSum(const std::string& metrics, const std::string& name);

// Whether the text declares that metric with "# TYPE name type".
bool HasMetric(const std::string& metrics, const std::string& name, const std::string& type);

}  // namespace suprsend_gateway::testing

#endif  // SUPRSEND_GATEWAY_TESTS_SUPPORT_METRICS_TEXT_H_
