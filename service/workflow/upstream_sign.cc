#include "service/workflow/upstream_sign.h"

namespace suprsend_gateway::workflow {

using admission::Sign;

Sign SignOf(const AttemptResult& result) {
  const int status = result.http_status;
  if (status >= 502 && status <= 504) return Sign::kFailed;
  if (status != 0) return Sign::kWell;
  const auto* failure = std::get_if<Failure>(&result.result);
  const bool failed = failure != nullptr && (failure->kind == FailureKind::kUnreachable ||
                                             failure->kind == FailureKind::kTimeout);
  return failed ? Sign::kFailed : Sign::kNothing;
}

}  // namespace suprsend_gateway::workflow
