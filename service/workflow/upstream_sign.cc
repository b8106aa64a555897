#include "service/workflow/upstream_sign.h"

namespace suprsend_gateway::workflow {

using admission::Sign;

Sign SignOf(const AttemptResult& result) {
  const int status = result.http_status;
  if (status >= 502 && status <= 504) return Sign::kFailed;
  const auto* failure = std::get_if<Failure>(&result.result);
  const bool is_timeout = failure != nullptr && failure->kind == FailureKind::kTimeout;
  if (is_timeout && status != 408) return Sign::kFailed;
  if (status != 0) return Sign::kWell;
  const bool is_unreachable = failure != nullptr && failure->kind == FailureKind::kUnreachable;
  return is_unreachable ? Sign::kFailed : Sign::kNothing;
}

}  // namespace suprsend_gateway::workflow
