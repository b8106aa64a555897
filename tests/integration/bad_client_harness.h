#ifndef SUPRSEND_GATEWAY_TESTS_INTEGRATION_BAD_CLIENT_HARNESS_H_
#define SUPRSEND_GATEWAY_TESTS_INTEGRATION_BAD_CLIENT_HARNESS_H_

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/gateway.h"
#include "tests/support/gateway_client.h"
#include "tests/support/raw_client.h"
#include "tests/support/raw_upstream.h"
#include "tests/support/sanitizer.h"

namespace suprsend_gateway::testing {

// What AddressSanitizer adds to every allocation, and keeps of those that were freed, is not the
// gateway's.
inline constexpr bool kMemoryIsMeasured = !kAddressSanitizer;

// A caller that behaves: fifty calls a second, on a connection that it has from the start.
class GoodClient {
 public:
  explicit GoodClient(const std::string& address);
  ~GoodClient();

  struct Record {
    int calls = 0;
    int refused = 0;  // GATEWAY_OVERLOADED: not applied, and safe to retry.
    int failed = 0;   // In any other way.
    std::string first_failure;
    std::chrono::milliseconds p99{};
  };
  // Stops it, once it has made a hundred calls.
  Record Stop();

 private:
  void Run();

  GatewayClient client_;
  std::atomic<bool> stopping_ = false;
  std::atomic<int> calls_ = 0;
  Record record_;  // The thread's until it has ended.
  std::vector<std::chrono::nanoseconds> durations_;
  std::thread thread_;
};

// A gateway that one client uses well, while others do not.
class BadClientTest : public ::testing::Test {
 protected:
  void StartGateway(const std::vector<std::string>& flags = {},
                    const std::vector<std::string>& wrapper = {});

  // Ends the good client, and prints what it met and what memory the gateway has taken. Expects
  // that no call of it failed, nor was refused, unless that is said to be right; and no more memory
  // than this.
  void ExpectNoHarm(long most_memory_mib, bool may_be_refused = false);

  // Whether a call on a new connection succeeds within 30 seconds.
  bool ServesNewClients() const;
  // What /livez says, as an HTTP status.
  // /livez says so, if not at once then soon.
  bool IsLive() const;

  RawUpstream upstream_{Always(HttpResponse(200, R"({"execution_ids":["dsl_1"]})"))};
  std::optional<Gateway> gateway_;
  std::optional<GoodClient> good_client_;
};

}  // namespace suprsend_gateway::testing

#endif  // SUPRSEND_GATEWAY_TESTS_INTEGRATION_BAD_CLIENT_HARNESS_H_
