#include "service/workflow/cancel_filter.h"

namespace suprsend_gateway::workflow {

bool IsPinned(const CancelFilter& filter) {
  return filter.execution_id.has_value() || filter.idempotency_key.has_value();
}

}  // namespace suprsend_gateway::workflow
