#ifndef TESTS_EMULATOR_TRIGGER_REQUEST_H_
#define TESTS_EMULATOR_TRIGGER_REQUEST_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "rapidjson/document.h"
#include "tests/emulator/run_store.h"

namespace suprsend_gateway::emulator {

struct TriggerRequest {
  std::vector<Trigger> triggers;
  bool bulk = false;  // the body was a list, and the reply has a record for each
};

// The body of POST /trigger/ as SuprSend's Python SDK sends it: one trigger, or a list of them.
//   {"workflow": "slug", "recipients": ["user_1", {"distinct_id": "user_2", "$email": ["a@b.c"]}],
//    "data": {}, "$idempotency_key": "key"}
// The SDK's older calls say "name" for "workflow" and "users" for "recipients". Other fields are
// not looked at. INVALID_ARGUMENT names the field; no trigger of a list with a bad one is returned.
absl::StatusOr<TriggerRequest> ParseTriggerRequest(const std::string& body);

// A seed file: a list of runs.
//   [{"workflow_slug": "slug", "recipient": "user_1" or an object as above,
//     "idempotency_key": "key", "execution_id": "exec_1"}]
// The last two are optional; an unknown field is INVALID_ARGUMENT.
absl::StatusOr<std::vector<SeedRun>> ParseSeedFile(const std::string& text);

// A recipient as a trigger names it: "user_1", or an object with a distinct_id or contact info.
absl::StatusOr<Recipient> ParseRecipient(const rapidjson::Value& value, const std::string& field);

}  // namespace suprsend_gateway::emulator

#endif  // TESTS_EMULATOR_TRIGGER_REQUEST_H_
