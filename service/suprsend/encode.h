#ifndef SERVICE_SUPRSEND_ENCODE_H_
#define SERVICE_SUPRSEND_ENCODE_H_

#include <cstddef>
#include <string>

#include "service/workflow/cancel_filter.h"

namespace suprsend_gateway::suprsend {

// SuprSend's limit for the body of a request (SUPRSEND: 800 KB, that is 800 * 1024).
inline constexpr size_t kMaxBodyBytes = size_t{800} * 1024;

// The JSON body of POST /v1/workflow_run/cancel/. Only filters that are set stand in it, with their
// values as they are:
//   {recipients: ["user_1"], workflow_slug: "welcome"} →
//   {"recipients":["user_1"],"workflow_slug":"welcome"}
std::string EncodeCancel(const workflow::CancelFilter& filter);

// Whether EncodeCancel(filter) is at most kMaxBodyBytes.
bool FitsBody(const workflow::CancelFilter& filter);

}  // namespace suprsend_gateway::suprsend

#endif  // SERVICE_SUPRSEND_ENCODE_H_
