#ifndef TESTS_EMULATOR_EMULATOR_H_
#define TESTS_EMULATOR_EMULATOR_H_

#include <chrono>
#include <functional>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "tests/emulator/fault.h"
#include "tests/emulator/http_message.h"
#include "tests/emulator/request_log.h"
#include "tests/emulator/run_store.h"
#include "tests/emulator/upstream_api.h"

namespace suprsend_gateway::emulator {

// Everything but the sockets: a request in, a reply or a dropped connection out. Any thread may
// call anything.
class Emulator {
 public:
  // Blocks for the time given; false if the emulator is ending and it returned early.
  using Pause = std::function<bool(std::chrono::milliseconds)>;

  Emulator(UpstreamOptions options, Pause pause);

  // ALREADY_EXISTS for an execution_id that is taken.
  absl::Status Seed(const std::vector<SeedRun>& runs);

  // nullopt: the connection is to be closed without a byte of reply. Paths under /_emulator/ are
  // the emulator's own, need no key, meet no fault and are not logged; all others are upstream's.
  std::optional<Reply> Handle(const Request& request);

 private:
  std::optional<Reply> HandleUpstream(const Request& request);
  // Fills all of `result` but its status.
  std::optional<Reply> AnswerWith(const Fault& fault, const Request& request,
                                  RequestResult& result);
  Reply Apply(const Request& request, RequestResult& result);
  Reply HandleOwn(const Request& request);
  Reply SetFaults(const Request& request);

  RunStore runs_;
  FaultList faults_;
  RequestLog requests_;
  UpstreamApi upstream_;
  const Pause pause_;
};

}  // namespace suprsend_gateway::emulator

#endif  // TESTS_EMULATOR_EMULATOR_H_
