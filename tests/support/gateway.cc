#include "tests/support/gateway.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <regex>
#include <utility>

#include "tests/support/http_call.h"

namespace suprsend_gateway::testing {

std::string GatewayBinary() { return SUPRSEND_GATEWAY_BINARY; }

Gateway::Gateway(const std::string& upstream_url, const std::vector<std::string>& flags,
                 std::map<std::string, std::string> env) {
  std::vector<std::string> argv = {GatewayBinary(),
                                   "--listen=127.0.0.1:0",
                                   "--admin_listen=127.0.0.1:0",
                                   "--upstream_url=" + upstream_url,
                                   "--api_key_file=" + directory_.Write("api_key", kApiKey),
                                   "--max_attempts=1",
                                   "--breaker_failure_percent=0",
                                   "--drain_delay=0s"};
  argv.insert(argv.end(), flags.begin(), flags.end());
  process_.emplace(std::move(argv), std::move(env));

  const std::regex ready(
      R"(suprsend-gateway \S+ serving on (\S+), admin on (\S+), upstream (\S+), at most \d+ calls in flight)");
  std::smatch match;
  const std::optional<std::string> line = process_->WaitForLine(
      [&](const std::string& text) { return std::regex_match(text, ready); }, kPatience);
  if (!line.has_value()) {
    ADD_FAILURE() << "the gateway did not start: " << process_->Stderr();
    return;
  }
  ready_line_ = *line;
  std::regex_match(ready_line_, match, ready);
  address_ = match[1];
  admin_address_ = match[2];
}

Gateway::~Gateway() {
  if (address_.empty()) return;
  EXPECT_EQ(Stop(), 0) << process_->Stderr();
}

std::string Gateway::Metrics() const { return HttpCall("GET", AdminUrl("/metrics")).body; }

std::optional<CallRecord> Gateway::WaitForRecord(const std::string& request_id) const {
  return WaitForRecordWith("\"request_id\":\"" + request_id + "\"");
}

std::optional<CallRecord> Gateway::WaitForRecordWith(const std::string& text) const {
  const std::optional<std::string> line = process_->WaitForLine(
      [&](const std::string& candidate) {
        return candidate.starts_with("{") && candidate.find(text) != std::string::npos;
      },
      kPatience);
  if (!line.has_value()) return std::nullopt;
  std::optional<CallRecord> record = ParseCallRecord(*line);
  EXPECT_TRUE(record.has_value()) << "no good record: " << *line;
  return record;
}

void Gateway::Kill() {
  process_->Signal(SIGKILL);
  process_->WaitForExit(kPatience);
  address_.clear();
}

std::optional<int> Gateway::Stop() {
  process_->Signal(SIGTERM);
  return process_->WaitForExit(kPatience);
}

}  // namespace suprsend_gateway::testing
