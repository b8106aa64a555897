#ifndef SERVICE_SUPRSEND_REST_RUN_CANCELLER_H_
#define SERVICE_SUPRSEND_REST_RUN_CANCELLER_H_

#include <memory>
#include <string>

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
};

// Cancels by POST /v1/workflow_run/cancel/ (SuprSend's page "Cancel Workflow").
class RestRunCanceller final : public workflow::RunCanceller {
 public:
  // `base_url` ends without a slash. Both references must outlive the canceller and its requests.
  RestRunCanceller(http::HttpClient& client, const CredentialSource& credentials,
                   std::string base_url);

  void CancelRuns(std::shared_ptr<const workflow::CancelFilter> filter,
                  workflow::AttemptLimits limits, workflow::AttemptCallback done) override;

 private:
  http::HttpClient& client_;
  const CredentialSource& credentials_;
  const std::string url_;
};

}  // namespace suprsend_gateway::suprsend

#endif  // SERVICE_SUPRSEND_REST_RUN_CANCELLER_H_
