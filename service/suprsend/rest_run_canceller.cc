#include "service/suprsend/rest_run_canceller.h"

#include <optional>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "absl/time/clock.h"
#include "service/suprsend/classify.h"
#include "service/suprsend/decode.h"
#include "service/suprsend/encode.h"

namespace suprsend_gateway::suprsend {
namespace {

using workflow::AttemptResult;
using workflow::CancelFilter;
using workflow::Failure;
using workflow::FailureKind;

std::vector<std::string_view> SecretsOf(const CancelFilter& filter, const Credential& credential) {
  std::vector<std::string_view> secrets = {credential.key};
  for (const auto* value : {&filter.execution_id, &filter.idempotency_key, &filter.workflow_slug}) {
    if (*value) secrets.push_back(**value);
  }
  secrets.insert(secrets.end(), filter.recipients.begin(), filter.recipients.end());
  return secrets;
}

AttemptResult Read(const http::HttpResult& result, const CancelFilter& filter,
                   const Credential& credential) {
  if (const auto* failure = std::get_if<http::TransportFailure>(&result)) {
    return {.result = Classify(*failure), .http_status = failure->status};
  }
  const auto& response = std::get<http::HttpResponse>(result);
  if (response.status < 200 || response.status >= 300) {
    return {.result = Classify(response, SecretsOf(filter, credential), absl::Now()),
            .http_status = response.status};
  }
  auto reply = response.body_complete ? DecodeCancelReply(response.body) : std::nullopt;
  if (!reply) {
    return {.result = Failure{.kind = FailureKind::kBadReply, .http_status = response.status},
            .http_status = response.status};
  }
  return {.result = *std::move(reply), .http_status = response.status};
}

}  // namespace

Credential MakeCredential(std::string key) {
  auto headers = std::make_shared<const http::HeaderList>(
      std::vector<std::string>{"Authorization: Bearer " + key, "Content-Type: application/json",
                               "Accept: application/json", "Expect:"});
  return {std::move(key), std::move(headers)};
}

RestRunCanceller::RestRunCanceller(http::HttpClient& client, const CredentialSource& credentials,
                                   std::string base_url)
    : client_(client),
      credentials_(credentials),
      url_(std::move(base_url) + "/v1/workflow_run/cancel/") {}

void RestRunCanceller::CancelRuns(std::shared_ptr<const CancelFilter> filter,
                                  workflow::AttemptLimits limits, workflow::AttemptCallback done) {
  auto credential = credentials_.Current();
  http::HttpRequest request{.url = url_,
                            .headers = credential->headers,
                            .body = EncodeCancel(*filter),
                            .send_by = limits.send_by,
                            .deadline = limits.deadline,
                            .abandoned = std::move(limits.caller_gone)};
  client_.Post(std::move(request),
               [filter = std::move(filter), credential = std::move(credential),
                done = std::move(done)](const http::HttpResult& result) mutable {
                 std::move(done)(Read(result, *filter, *credential));
               });
}

}  // namespace suprsend_gateway::suprsend
