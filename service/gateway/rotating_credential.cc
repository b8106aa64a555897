#include "service/gateway/rotating_credential.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace suprsend_gateway::gateway {
namespace {

std::shared_ptr<const suprsend::Credential> ToCredential(const security::ApiKey& key) {
  return std::make_shared<const suprsend::Credential>(suprsend::MakeCredential(key.Reveal()));
}

}  // namespace

RotatingCredential::RotatingCredential(security::KeyFile& file, const security::ApiKey& first,
                                       clock::Scheduler& event_loop, FileStates& states,
                                       telemetry::LogWriter& log)
    : file_(file),
      event_loop_(event_loop),
      states_(states),
      log_(log),
      fingerprint_(security::FingerprintOf(first)),
      current_(ToCredential(first)) {
  states_.Add(FileStates::kApiKey, file_.path());
  states_.ApiKeyLoaded(fingerprint_);
  file_.SetObserver(*this);
}

std::shared_ptr<const suprsend::Credential> RotatingCredential::Current() const {
  base::MutexLock lock(mutex_);
  return current_;
}

void RotatingCredential::Renew(std::shared_ptr<const suprsend::Credential> used,
                               absl::AnyInvocable<void(bool is_replaced) &&> done) {
  if (Current() != used) return std::move(done)(true);
  file_.ReadAgain([this, used = std::move(used), done = std::move(done)]() mutable {
    event_loop_.After({}, [done = std::move(done), is_replaced = Current() != used]() mutable {
      std::move(done)(is_replaced);
    });
  });
}

void RotatingCredential::OnKeyReplaced(const security::ApiKey& key) {
  auto credential = ToCredential(key);
  {
    base::MutexLock lock(mutex_);
    current_.swap(credential);
  }
  const std::string before = std::exchange(fingerprint_, security::FingerprintOf(key));
  states_.ApiKeyLoaded(fingerprint_);
  log_.Write(absl::StrCat("suprsend-gateway: API key ", fingerprint_, " replaces ", before));
}

void RotatingCredential::OnFault(const absl::Status& fault) {
  states_.SetFaulty(FileStates::kApiKey, std::string(fault.message()));
  log_.Write(absl::StrCat("suprsend-gateway: --api_key_file: ", std::string(fault.message()),
                          "; API key ", fingerprint_, " stays in use"));
}

void RotatingCredential::OnMended() {
  states_.SetGood(FileStates::kApiKey);
  log_.Write(
      absl::StrCat("suprsend-gateway: --api_key_file is well again, with API key ", fingerprint_));
}

}  // namespace suprsend_gateway::gateway
