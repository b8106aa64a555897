#ifndef TESTS_EMULATOR_UPSTREAM_API_H_
#define TESTS_EMULATOR_UPSTREAM_API_H_

#include <cstdint>
#include <string>

#include "tests/emulator/http_message.h"
#include "tests/emulator/run_store.h"

namespace suprsend_gateway::emulator {

struct UpstreamOptions {
  std::string api_key;
  bool accept_slug_alone = false;
};

struct UpstreamAnswer {
  Reply reply;
  bool applied = false;  // it was let in and understood, though it may have changed no run
  int64_t applied_count = 0;
};

// The endpoints of SuprSend that the emulator has, in SuprSend's own shapes:
//   POST /v1/workflow_run/cancel/
//   POST /trigger/ and POST /{workspace_uid}/trigger/
// Checked in this order: path (404), method (405), key (401), body (400). Threads as for RunStore.
class UpstreamApi {
 public:
  // `runs` must outlive this.
  UpstreamApi(UpstreamOptions options, RunStore& runs);

  UpstreamAnswer Answer(const Request& request);

  // Whether an Authorization header is exactly `Bearer` and the key.
  bool KeyMatches(const Request& request) const;

 private:
  UpstreamAnswer Cancel(const std::string& body);
  UpstreamAnswer Trigger(const std::string& body);

  const UpstreamOptions options_;
  RunStore& runs_;
};

// SuprSend's commonest error, {"code":…,"message":"…"}.
Reply ErrorReply(int status, const std::string& message);
Reply JsonReply(int status, std::string body);
// 405, with the method that would do.
Reply WrongMethodReply(const char* allowed);

}  // namespace suprsend_gateway::emulator

#endif  // TESTS_EMULATOR_UPSTREAM_API_H_
