#include "tests/unit/telemetry/audit_log_fixture.h"

#include <sstream>

#include "tests/support/metrics_text.h"

namespace suprsend_gateway::telemetry {

AuditLog::OnChange Changes::Callback() {
  return [this](bool is_failing, std::string_view why) {
    {
      base::MutexLock lock(mutex_);
      changes_.push_back({is_failing, std::string(why)});
    }
    has_some_.NotifyOne();
  };
}

Changes::Change Changes::Next() {
  base::MutexLock lock(mutex_);
  while (changes_.empty()) has_some_.Wait(mutex_);
  Change next = changes_.front();
  changes_.pop_front();
  return next;
}

size_t Changes::left() {
  base::MutexLock lock(mutex_);
  return changes_.size();
}

void AuditLogTest::Open(const std::string& path) {
  auto log = AuditLog::Open(
      path, [](std::string_view) { return std::string(64, 'f'); }, changes_.Callback(), metrics_);
  ASSERT_TRUE(log.ok()) << log.status();
  log_ = *std::move(log);
}

double AuditLogTest::Counted(const std::string& result) const {
  return testing::Sample(metrics_.Serialize(), "suprsend_gateway_audit_records_total",
                         {{"result", result}})
      .value_or(-1);
}

bool AuditLogTest::IsFailingInMetrics() const {
  return testing::Sample(metrics_.Serialize(), "suprsend_gateway_audit_failing") == 1;
}

std::vector<std::string> AuditLogTest::PipeLines() {
  log_.reset();
  return pipe_.Lines();
}

std::vector<std::string> AuditLogTest::IdsIn(const std::vector<std::string>& lines) {
  const std::string example = FormatAuditRecord({.request_id = "?"}, nullptr);
  const size_t begin = example.find('?');
  const std::string head = example.substr(0, begin);
  const std::string tail = example.substr(begin + 1);
  std::vector<std::string> ids;
  for (const std::string& line : lines) {
    if (line.starts_with(head) && line.ends_with(tail)) {
      ids.push_back(line.substr(begin, line.size() - head.size() - tail.size()));
    } else {
      ADD_FAILURE() << "not a whole record: " << line.substr(0, 1000);
    }
  }
  return ids;
}

std::vector<std::string> AuditLogTest::IdsInFile(const std::string& path) {
  const std::string content = testing::ReadFile(path);
  EXPECT_TRUE(content.empty() || content.back() == '\n') << path << " ends inside a line";
  std::vector<std::string> lines;
  std::istringstream text(content);
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  return IdsIn(lines);
}

}  // namespace suprsend_gateway::telemetry
