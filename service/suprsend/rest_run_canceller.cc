#include "service/suprsend/rest_run_canceller.h"

#include <algorithm>
#include <optional>
#include <stop_token>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
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

std::string TraceHeader(const workflow::CancelRequest& request) {
  return request.traceparent.empty() ? "" : absl::StrCat("traceparent: ", request.traceparent);
}

// Another key may help. Not with 403, which is about rights.
bool IsKeyRefused(const AttemptResult& attempt) {
  const auto* failure = std::get_if<Failure>(&attempt.result);
  return failure != nullptr && failure->kind == FailureKind::kCredentialsRejected &&
         failure->http_status == 401;
}

// An attempt that ends later than its answer came, by whoever is first to end it. On the event
// loop's thread.
class HeldAttempt : public std::enable_shared_from_this<HeldAttempt> {
 public:
  HeldAttempt(AttemptResult result, workflow::AttemptCallback done)
      : result_(std::move(result)), done_(std::move(done)) {}

  bool is_ended() const { return done_ == nullptr; }

  void End(bool credential_replaced) {
    if (is_ended()) return;
    on_caller_gone_.reset();
    std::get<Failure>(result_.result).credential_replaced = credential_replaced;
    std::exchange(done_, nullptr)(std::move(result_));
  }

  // The caller goes on a thread of its own.
  void EndWhen(std::stop_token caller_gone, clock::Scheduler& scheduler) {
    on_caller_gone_.emplace(std::move(caller_gone), [weak = weak_from_this(), &scheduler] {
      if (auto held = weak.lock()) {
        scheduler.After(clock::Duration(), [held = std::move(held)] { held->End(false); });
      }
    });
  }

 private:
  AttemptResult result_;
  workflow::AttemptCallback done_;
  std::optional<std::stop_callback<absl::AnyInvocable<void()>>> on_caller_gone_;
};

}  // namespace

Credential MakeCredential(std::string key) {
  auto headers = std::make_shared<const http::HeaderList>(
      std::vector<std::string>{"Authorization: Bearer " + key, "Content-Type: application/json",
                               "Accept: application/json", "Expect:"});
  return {std::move(key), std::move(headers)};
}

RestRunCanceller::RestRunCanceller(http::HttpClient& client, CredentialSource& credentials,
                                   clock::Scheduler& scheduler, std::string base_url)
    : client_(client),
      credentials_(credentials),
      scheduler_(scheduler),
      url_(std::move(base_url) + "/v1/workflow_run/cancel/") {}

void RestRunCanceller::CancelRuns(std::shared_ptr<const workflow::CancelRequest> request,
                                  workflow::AttemptLimits limits, workflow::AttemptCallback done) {
  auto credential = credentials_.Current();
  http::HttpRequest post{.url = url_,
                         .headers = credential->headers,
                         .header_of_its_own = TraceHeader(*request),
                         .body = EncodeCancel(request->filter),
                         .send_by = limits.send_by,
                         .deadline = limits.deadline,
                         .abandoned = limits.caller_gone};
  client_.Post(std::move(post), [this, request = std::move(request),
                                 credential = std::move(credential), limits = std::move(limits),
                                 done = std::move(done)](const http::HttpResult& result) mutable {
    AttemptResult read = Read(result, request->filter, *credential);
    if (!IsKeyRefused(read)) return std::move(done)(std::move(read));
    EndOnceRenewed(std::move(read), std::move(credential), limits, std::move(done));
  });
}

void RestRunCanceller::EndOnceRenewed(AttemptResult result, std::shared_ptr<const Credential> used,
                                      const workflow::AttemptLimits& limits,
                                      workflow::AttemptCallback done) {
  const auto held = std::make_shared<HeldAttempt>(std::move(result), std::move(done));
  credentials_.Renew(std::move(used), [held](bool is_replaced) { held->End(is_replaced); });
  if (held->is_ended()) return;
  const clock::TimePoint until = std::min(limits.send_by, limits.deadline);
  scheduler_.After(until - scheduler_.Now(), [held] { held->End(false); });
  held->EndWhen(limits.caller_gone, scheduler_);
}

}  // namespace suprsend_gateway::suprsend
