#ifndef SERVICE_SUPRSEND_DECODE_H_
#define SERVICE_SUPRSEND_DECODE_H_

#include <optional>
#include <string_view>

#include "service/workflow/run_canceller.h"

namespace suprsend_gateway::suprsend {

// Reads the body of a successful cancel:
//   {"execution_ids":["dsl_1"]} → {"dsl_1"}      {"execution_ids":null} → {}
// nullopt where it is anything but one JSON object in valid UTF-8 with exactly one execution_ids, a
// list of strings or null. Other members are passed over. Memory and time are in proportion to the
// body, however deep it nests.
std::optional<workflow::CancelResult> DecodeCancelReply(std::string_view body);

}  // namespace suprsend_gateway::suprsend

#endif  // SERVICE_SUPRSEND_DECODE_H_
