#include "service/gateway/file_states.h"

#include <utility>

#include "absl/time/clock.h"

namespace suprsend_gateway::gateway {

using telemetry::StatusReport;

void FileStates::Add(const std::string& name, const std::string& paths) {
  metrics_.SetFileOk(name, true);
  base::MutexLock lock(mutex_);
  files_[name] = {.name = name, .path = paths};
}

void FileStates::SetGood(const std::string& name) {
  metrics_.SetFileOk(name, true);
  base::MutexLock lock(mutex_);
  files_[name].is_good = true;
  files_[name].fault.clear();
}

void FileStates::SetFaulty(const std::string& name, std::string_view fault) {
  metrics_.SetFileOk(name, false);
  base::MutexLock lock(mutex_);
  files_[name].is_good = false;
  files_[name].fault = fault;
}

void FileStates::ApiKeyLoaded(const std::string& fingerprint) {
  metrics_.ApiKeyLoaded(fingerprint);
  SetGood(kApiKey);
  base::MutexLock lock(mutex_);
  fingerprint_ = fingerprint;
  key_loaded_ = absl::Now();
}

void FileStates::CertificateLoaded(const std::string& name, absl::Time not_after) {
  metrics_.SetCertificateNotAfter(name, absl::ToUnixSeconds(not_after));
  base::MutexLock lock(mutex_);
  certificate_ends_[name] = not_after;
}

void FileStates::AddTo(StatusReport& report) const {
  base::MutexLock lock(mutex_);
  for (const auto& [name, file] : files_) {
    if (name == kApiKey) {
      report.api_key = {.fingerprint = fingerprint_, .loaded = key_loaded_, .file = file};
    } else {
      report.files.push_back(file);
    }
  }
  for (const auto& [name, end] : certificate_ends_) {
    report.certificates.push_back({.what = name, .not_after = end});
  }
}

}  // namespace suprsend_gateway::gateway
