#ifndef SERVICE_GATEWAY_ROTATING_CREDENTIAL_H_
#define SERVICE_GATEWAY_ROTATING_CREDENTIAL_H_

#include <memory>
#include <string>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "service/base/mutex.h"
#include "service/clock/scheduler.h"
#include "service/gateway/file_states.h"
#include "service/security/api_key.h"
#include "service/security/key_file.h"
#include "service/suprsend/rest_run_canceller.h"
#include "service/telemetry/log_writer.h"

namespace suprsend_gateway::gateway {

// The key that requests go out with: the last good one of its file. What becomes of the file is
// told in the log and FileStates, where a key is known by its fingerprint.
class RotatingCredential final : public suprsend::CredentialSource,
                                 private security::KeyFile::Observer {
 public:
  // `first` is what `file` was first read as. The file's watch must not have been started, and must
  // end before this does; the other references must outlive this.
  RotatingCredential(security::KeyFile& file, const security::ApiKey& first,
                     clock::Scheduler& event_loop, FileStates& states, telemetry::LogWriter& log);

  // Of the first key. Before the watch is started.
  const std::string& fingerprint() const { return fingerprint_; }

  std::shared_ptr<const suprsend::Credential> Current() const override;
  void Renew(std::shared_ptr<const suprsend::Credential> used,
             absl::AnyInvocable<void(bool is_replaced) &&> done) override;

 private:
  void OnKeyReplaced(const security::ApiKey& key) override;
  void OnFault(const absl::Status& fault) override;
  void OnMended() override;

  security::KeyFile& file_;
  clock::Scheduler& event_loop_;
  FileStates& states_;
  telemetry::LogWriter& log_;
  std::string fingerprint_;  // Of the current one; the watch's thread's.
  mutable base::Mutex mutex_;
  std::shared_ptr<const suprsend::Credential> current_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace suprsend_gateway::gateway

#endif  // SERVICE_GATEWAY_ROTATING_CREDENTIAL_H_
