#ifndef SERVICE_SUPRSEND_REST_RUN_CANCELLER_H_
#define SERVICE_SUPRSEND_REST_RUN_CANCELLER_H_

#include <memory>
#include <string>

#include "absl/functional/any_invocable.h"
#include "service/clock/scheduler.h"
#include "service/http/header_list.h"
#include "service/http/http_client.h"
#include "service/workflow/run_canceller.h"

namespace suprsend_gateway::suprsend {

// The API key in the forms that a request needs.
struct Credential {
  std::string key;  // To redact it; never to be shown.
  std::shared_ptr<const http::HeaderList> headers;
};

// `key` must be fit for a header: visible ASCII.
Credential MakeCredential(std::string key);

// Where the key comes from.
class CredentialSource {
 public:
  virtual ~CredentialSource() = default;
  // The one in use now. Any thread; must not block.
  virtual std::shared_ptr<const Credential> Current() const = 0;
  // Upstream does not take `used`: looks for a newer one, which takes as long as reading a file,
  // and then calls `done` with whether the one in use now is another. `done` runs at most once, on
  // the event loop's thread, possibly before this returns. On the event loop's thread; must not
  // block.
  virtual void Renew(std::shared_ptr<const Credential> used,
                     absl::AnyInvocable<void(bool is_replaced) &&> done) = 0;
};

// Cancels by POST /v1/workflow_run/cancel/ (SuprSend's page "Cancel Workflow").
class RestRunCanceller final : public workflow::RunCanceller {
 public:
  // `base_url` ends without a slash. All references must outlive the canceller and its requests.
  RestRunCanceller(http::HttpClient& client, CredentialSource& credentials,
                   clock::Scheduler& scheduler, std::string base_url);

  void CancelRuns(std::shared_ptr<const workflow::CancelRequest> request,
                  workflow::AttemptLimits limits, workflow::AttemptCallback done) override;

 private:
  // Upstream has answered `result`, that it does not take the key that was `used`. Ends the attempt
  // when that has been renewed, when nothing may be sent any more, or when the caller goes: what
  // comes first.
  void EndOnceRenewed(workflow::AttemptResult result, std::shared_ptr<const Credential> used,
                      const workflow::AttemptLimits& limits, workflow::AttemptCallback done);

  http::HttpClient& client_;
  CredentialSource& credentials_;
  clock::Scheduler& scheduler_;
  const std::string url_;
};

}  // namespace suprsend_gateway::suprsend

#endif  // SERVICE_SUPRSEND_REST_RUN_CANCELLER_H_
