#ifndef TESTS_UNIT_SUPRSEND_SCRIPTED_HTTP_H_
#define TESTS_UNIT_SUPRSEND_SCRIPTED_HTTP_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "service/suprsend/rest_run_canceller.h"
#include "tests/unit/workflow/scripted.h"

namespace suprsend_gateway::suprsend {

// Holds each request until the test answers it.
class ScriptedHttp final : public http::HttpClient {
 public:
  void Post(http::HttpRequest request, http::HttpCallback done) override {
    requests.push_back(std::move(request));
    callbacks_.push_back(std::move(done));
  }
  void Answer(size_t request, http::HttpResult result) {
    std::move(callbacks_[request])(std::move(result));
  }

  std::vector<http::HttpRequest> requests;

 private:
  std::vector<http::HttpCallback> callbacks_;
};

class OneKey final : public CredentialSource {
 public:
  explicit OneKey(const std::string& key) { Rotate(key); }
  std::shared_ptr<const Credential> Current() const override { return credential_; }
  void Rotate(const std::string& key) {
    credential_ = std::make_shared<const Credential>(MakeCredential(key));
  }
  // At once, unless is_slow: then when the test says so.
  void Renew(std::shared_ptr<const Credential> used,
             absl::AnyInvocable<void(bool) &&> done) override {
    renewals_.push_back({std::move(used), std::move(done)});
    if (!is_slow) EndRenewal(renewals() - 1);
  }
  void EndRenewal(size_t renewal) {
    std::move(renewals_.at(renewal).done)(credential_ != renewals_[renewal].used);
  }
  size_t renewals() const { return renewals_.size(); }

  bool is_slow = false;

 private:
  struct Renewal {
    std::shared_ptr<const Credential> used;
    absl::AnyInvocable<void(bool) &&> done;
  };
  std::shared_ptr<const Credential> credential_;
  std::vector<Renewal> renewals_;
};

// A canceller over scripted HTTP, and what its last attempt ended with.
struct RestWorld {
  ScriptedHttp http;
  OneKey key{"key_0123456789"};
  workflow::FakeScheduler scheduler;
  RestRunCanceller canceller{http, key, scheduler, "https://hub.example.com"};
  std::stop_source caller;
  int endings = 0;
  workflow::AttemptResult ended;

  void Start(workflow::CancelFilter filter, workflow::AttemptLimits limits = {}) {
    canceller.CancelRuns(workflow::RequestOf(std::move(filter)), std::move(limits),
                         [this](workflow::AttemptResult result) {
                           ++endings;
                           ended = std::move(result);
                         });
  }
  // One attempt from its start to its end.
  void Run(workflow::CancelFilter filter, http::HttpResult result) {
    Start(std::move(filter));
    http.Answer(http.requests.size() - 1, std::move(result));
  }
  const workflow::Failure& failure() const { return std::get<workflow::Failure>(ended.result); }
  bool succeeded() const { return std::holds_alternative<workflow::CancelResult>(ended.result); }
};

}  // namespace suprsend_gateway::suprsend

#endif  // TESTS_UNIT_SUPRSEND_SCRIPTED_HTTP_H_
