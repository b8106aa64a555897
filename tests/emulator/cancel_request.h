#ifndef TESTS_EMULATOR_CANCEL_REQUEST_H_
#define TESTS_EMULATOR_CANCEL_REQUEST_H_

#include <string>

#include "absl/status/statusor.h"
#include "tests/emulator/run_store.h"

namespace suprsend_gateway::emulator {

// SuprSend's own words, from its page on the endpoint.
inline constexpr char kNoFilterMessage[] =
    "at least one filter is required: execution_id, recipients, idempotency_key";

// The body of POST /v1/workflow_run/cancel/. INVALID_ARGUMENT with kNoFilterMessage if it has no
// filter, or workflow_slug alone unless `accept_slug_alone`.
//
// Stricter than SuprSend may be, so that a client's mistake shows as a 400 and never as a wider
// cancel: a filter that is null, empty, of the wrong type or given twice is INVALID_ARGUMENT, and
// so is an empty list. Unknown fields are ignored.
absl::StatusOr<CancelFilter> ParseCancelRequest(const std::string& body, bool accept_slug_alone);

}  // namespace suprsend_gateway::emulator

#endif  // TESTS_EMULATOR_CANCEL_REQUEST_H_
