#ifndef SUPRSEND_GATEWAY_TESTS_SUPPORT_GATEWAY_H_
#define SUPRSEND_GATEWAY_TESTS_SUPPORT_GATEWAY_H_

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/call_record.h"
#include "tests/support/process.h"
#include "tests/support/temp_dir.h"
#include "tests/support/wait.h"

namespace suprsend_gateway::testing {

// The key in the file that a Gateway is given, and that an Emulator asks for.
inline constexpr char kApiKey[] = "test_key_4f9d2c71";

// The path of the binary under test.
std::string GatewayBinary();

// A running gateway, on loopback ports of the system's choosing. When it goes, it is stopped with
// SIGTERM, and the test fails unless it then exits with 0: a sanitizer's finding shows that way.
class Gateway {
 public:
  // Adds `flags` to those that every test needs; a later flag of the same name wins. Without more
  // it makes one attempt a call, its circuit stays closed and a stop has no delay, so that a test
  // sees what one attempt meets; tests of these say so.
  // `wrapper`: a command in front, such as prlimit with its options, that becomes the gateway.
  explicit Gateway(const std::string& upstream_url, const std::vector<std::string>& flags = {},
                   std::map<std::string, std::string> env = {},
                   const std::vector<std::string>& wrapper = {});
  ~Gateway();
  Gateway(const Gateway&) = delete;
  Gateway& operator=(const Gateway&) = delete;

  // "127.0.0.1:PORT"; empty when the gateway did not start, for which the test has failed then.
  const std::string& address() const { return address_; }
  // "http://127.0.0.1:PORT" and `path`.
  std::string AdminUrl(const std::string& path) const { return "http://" + admin_address_ + path; }
  const std::string& ready_line() const { return ready_line_; }
  Process& process() { return *process_; }

  std::string Metrics() const;
  // The record of the call with that id; empty when none comes in time.
  std::optional<CallRecord> WaitForRecord(const std::string& request_id) const;
  // The first record for which `line` holds `text`.
  std::optional<CallRecord> WaitForRecordWith(const std::string& text) const;

  // Ends it with SIGKILL, in the middle of whatever it does.
  void Kill();
  // Sends SIGTERM and waits; the exit code, or empty when it does not end.
  std::optional<int> Stop();

 private:
  TempDir directory_;
  std::optional<Process> process_;
  std::string address_;
  std::string admin_address_;
  std::string ready_line_;
};

}  // namespace suprsend_gateway::testing

#endif  // SUPRSEND_GATEWAY_TESTS_SUPPORT_GATEWAY_H_
