#ifndef SERVICE_SUPRSEND_CLASSIFY_H_
#define SERVICE_SUPRSEND_CLASSIFY_H_

#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "service/http/http_client.h"
#include "service/workflow/failure.h"

namespace suprsend_gateway::suprsend {

// What a transport failure means.
workflow::Failure Classify(const http::TransportFailure& failure);

// What an answer other than 2xx means: the HTTP half of the status table. The status decides, and
// the body only where the table says so. `secrets` (the key, the values of the request) are
// redacted from what is taken from the body. `now` is for a Retry-After that is a date.
workflow::Failure Classify(const http::HttpResponse& response,
                           const std::vector<std::string_view>& secrets, absl::Time now);

}  // namespace suprsend_gateway::suprsend

#endif  // SERVICE_SUPRSEND_CLASSIFY_H_
