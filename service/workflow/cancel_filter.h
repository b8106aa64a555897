#ifndef SERVICE_WORKFLOW_CANCEL_FILTER_H_
#define SERVICE_WORKFLOW_CANCEL_FILTER_H_

#include <optional>
#include <string>
#include <vector>

namespace suprsend_gateway::workflow {

// Which runs to cancel. Filters are ANDed, so a filter that gets lost widens the cancel. Values are
// valid UTF-8, checked at the gRPC edge, and are passed on byte for byte.
struct CancelFilter {
  std::optional<std::string> execution_id;
  std::vector<std::string> recipients;  // Empty: recipients do not narrow the cancel.
  std::optional<std::string> idempotency_key;
  std::optional<std::string> workflow_slug;
};

// Bound to one run or one trigger, so that a second attempt can cancel nothing that the first could
// not. The opposite is an open filter, which runs started meanwhile may match too.
bool IsPinned(const CancelFilter& filter);

}  // namespace suprsend_gateway::workflow

#endif  // SERVICE_WORKFLOW_CANCEL_FILTER_H_
