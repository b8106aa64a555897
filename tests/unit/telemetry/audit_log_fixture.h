#ifndef TESTS_UNIT_TELEMETRY_AUDIT_LOG_FIXTURE_H_
#define TESTS_UNIT_TELEMETRY_AUDIT_LOG_FIXTURE_H_

#include <gtest/gtest.h>

#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "service/base/mutex.h"
#include "service/telemetry/audit_log.h"
#include "service/telemetry/metrics.h"
#include "tests/support/temp_dir.h"
#include "tests/unit/telemetry/pipe.h"

namespace suprsend_gateway::telemetry {

// What an AuditLog has told, in order.
class Changes {
 public:
  struct Change {
    bool is_failing;
    std::string why;
  };

  AuditLog::OnChange Callback();
  // Waits for the next one.
  Change Next();
  // Those that Next() has not returned.
  size_t left();

 private:
  base::Mutex mutex_;
  base::CondVar has_some_;
  std::deque<Change> changes_ ABSL_GUARDED_BY(mutex_);
};

class AuditLogTest : public ::testing::Test {
 protected:
  void Open(const std::string& path);
  void OpenPipe() { Open("/proc/self/fd/" + std::to_string(pipe_.write_fd())); }
  // A record whose request id is that.
  void Write(const std::string& request_id) { log_->Write({.request_id = request_id}); }
  // The number of records with that result in the metrics.
  double Counted(const std::string& result) const;
  // The gauge.
  bool IsFailingInMetrics() const;
  // Ends the log; then the pipe's reader has everything.
  std::vector<std::string> PipeLines();

  // The request ids in the lines, of which each must be a whole one.
  static std::vector<std::string> IdsIn(const std::vector<std::string>& lines);
  // Of a file, which must not end inside a line.
  static std::vector<std::string> IdsInFile(const std::string& path);

  const testing::TempDir directory_;
  const std::string path_ = directory_.Path("audit.log");
  Pipe pipe_;
  Metrics metrics_{"1"};
  Changes changes_;
  std::unique_ptr<AuditLog> log_;
};

}  // namespace suprsend_gateway::telemetry

#endif  // TESTS_UNIT_TELEMETRY_AUDIT_LOG_FIXTURE_H_
