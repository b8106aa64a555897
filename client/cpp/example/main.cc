// Cancels the order confirmations that are under way to ann.
#include <cstdio>
#include <string>
#include <variant>

#include "client/cpp/workflow_client.h"

namespace client = suprsend_gateway::client;

int main() {
  const client::WorkflowClient gateway("127.0.0.1:50051");
  const client::CancelResult result =
      gateway.CancelWorkflow({.recipients = {{"ann"}}, .workflow_slug = "order-confirmation"});
  if (const auto* reply = std::get_if<client::CancelReply>(&result)) {
    std::string ids;
    for (const std::string& id : reply->execution_ids) ids += (ids.empty() ? "" : ", ") + id;
    std::printf("cancelled %lld: [%s]\n", static_cast<long long>(reply->cancelled_count),
                ids.c_str());
    return 0;
  }
  const auto& failure = std::get<client::Failure>(result);
  const char* advice = "it will not get better by itself";
  if (failure.SafeToRetry()) {
    advice = "nothing was cancelled, and it may work later";
  } else if (failure.outcome == client::Outcome::kUnknown) {
    advice = "runs may have been cancelled";
  }
  std::fprintf(stderr, "%s: %s %s: %s (request id %s)\n", advice,
               client::CodeName(failure.code).c_str(), failure.reason.c_str(),
               failure.message.c_str(), failure.request_id.c_str());
  return 1;
}
