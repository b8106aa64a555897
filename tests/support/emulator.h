#ifndef SUPRSEND_GATEWAY_TESTS_SUPPORT_EMULATOR_H_
#define SUPRSEND_GATEWAY_TESTS_SUPPORT_EMULATOR_H_

#include <optional>
#include <string>
#include <vector>

#include "tests/support/process.h"

namespace suprsend_gateway::testing {

// A running suprsend-emulator on a port of the system's choosing, which takes kApiKey.
class Emulator {
 public:
  struct Run {
    std::string execution_id;
    std::string message_id;
    // "running" or "cancelled".
    std::string state;
    int times_cancelled = 0;
  };

  struct Request {
    std::string path;
    std::string method;
    std::string body;
  };

  explicit Emulator(const std::vector<std::string>& flags = {});

  // "http://127.0.0.1:PORT", without a path.
  const std::string& url() const { return url_; }

  // Starts a run for each recipient; returns their execution ids in that order.
  std::vector<std::string> Trigger(const std::string& workflow,
                                   const std::vector<std::string>& recipients,
                                   const std::string& idempotency_key = "");

  std::vector<Run> Runs() const;
  // The ids of the runs that are not cancelled, in the order in which they began.
  std::vector<std::string> RunningIds() const;

  // Every request so far but the triggers, whatever became of it.
  std::vector<Request> CancelRequests() const;

  // Replaces the list of faults, given as JSON.
  void SetFaults(const std::string& json);

 private:
  std::optional<Process> process_;
  std::string url_;
};

}  // namespace suprsend_gateway::testing

#endif  // SUPRSEND_GATEWAY_TESTS_SUPPORT_EMULATOR_H_
