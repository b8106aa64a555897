#include "tests/support/gateway.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <utility>

#include "tests/support/http_call.h"

namespace suprsend_gateway::testing {
namespace {

// What stands after `before` and up to `after`; empty where one of them is not there.
std::string Between(const std::string& text, const std::string& before, const std::string& after) {
  const size_t found = text.find(before);
  if (found == std::string::npos) return "";
  const size_t start = found + before.size();
  const size_t end = text.find(after, start);
  return end == std::string::npos ? "" : text.substr(start, end - start);
}

}  // namespace

std::string GatewayBinary() { return SUPRSEND_GATEWAY_BINARY; }

Gateway::Gateway(const std::string& upstream_url, const std::vector<std::string>& flags,
                 std::map<std::string, std::string> env, const std::vector<std::string>& wrapper) {
  std::vector<std::string> argv = wrapper;
  argv.insert(argv.end(), {GatewayBinary(), "--listen=127.0.0.1:0", "--admin_listen=127.0.0.1:0",
                           "--upstream_url=" + upstream_url,
                           "--api_key_file=" + directory_.Write("api_key", kApiKey),
                           "--max_attempts=1", "--breaker_failure_percent=0", "--drain_delay=0s"});
  argv.insert(argv.end(), flags.begin(), flags.end());
  process_.emplace(std::move(argv), std::move(env));

  const std::optional<std::string> line = process_->WaitForLine(
      [](const std::string& text) { return text.ends_with(" calls in flight"); }, kPatience);
  if (!line.has_value()) {
    ADD_FAILURE() << "the gateway did not start: " << process_->Stderr();
    return;
  }
  ready_line_ = *line;
  const std::string serving_on = Between(ready_line_, " serving on ", ", ");
  address_ = serving_on.substr(0, serving_on.find(" with TLS"));
  admin_address_ = Between(ready_line_, ", admin on ", ", ");
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
