#ifndef SERVICE_GATEWAY_FILE_STATES_H_
#define SERVICE_GATEWAY_FILE_STATES_H_

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "service/base/mutex.h"
#include "service/telemetry/metrics.h"
#include "service/telemetry/status_report.h"

namespace suprsend_gateway::gateway {

// What became of the files that are read again when they change, and what is in use of them: for
// the metrics and the status page. Files go by the name that they have in suprsend_gateway_file_ok.
// Any thread.
class FileStates {
 public:
  static constexpr char kApiKey[] = "api_key";
  static constexpr char kTlsCertificate[] = "tls_cert";
  static constexpr char kClientAuthorities[] = "client_ca";

  // `metrics` must outlive this.
  explicit FileStates(telemetry::Metrics& metrics) : metrics_(metrics) {}

  // What the file, or several that go together, held when last read was good. `paths`: where an
  // operator finds them.
  void Add(const std::string& name, const std::string& paths);
  void SetGood(const std::string& name);
  // It was not, and the old content stays in use. `fault`: a sentence for the log.
  void SetFaulty(const std::string& name, std::string_view fault);

  // A key from a good file has come into use. One thread at a time.
  void ApiKeyLoaded(const std::string& fingerprint);
  // The certificate of that file that has come into use.
  void CertificateLoaded(const std::string& name, absl::Time not_after);

  void AddTo(telemetry::StatusReport& report) const;

 private:
  telemetry::Metrics& metrics_;
  mutable base::Mutex mutex_;
  std::map<std::string, telemetry::StatusReport::File> files_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, absl::Time> certificate_ends_ ABSL_GUARDED_BY(mutex_);
  std::string fingerprint_ ABSL_GUARDED_BY(mutex_);
  absl::Time key_loaded_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace suprsend_gateway::gateway

#endif  // SERVICE_GATEWAY_FILE_STATES_H_
