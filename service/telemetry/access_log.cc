#include "service/telemetry/access_log.h"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <string_view>

#include "service/telemetry/timestamp.h"

namespace suprsend_gateway::telemetry {
namespace {

// Of a line, without a need to grow.
constexpr size_t kUsualBytes = 512;

using Writer = rapidjson::Writer<rapidjson::StringBuffer>;

void WriteString(Writer& writer, std::string_view text) {
  writer.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
}

void WriteMember(Writer& writer, std::string_view name, std::string_view value) {
  WriteString(writer, name);
  WriteString(writer, value);
}

std::string_view SeverityOf(const CallRecord& record) {
  if (record.outcome.empty()) return "INFO";
  return record.outcome == "UNKNOWN" ? "ERROR" : "WARNING";
}

void WriteFilters(Writer& writer, const CallRecord::Filters& filters) {
  writer.Key("filters");
  writer.StartArray();
  if (filters.execution_id) writer.String("execution_id");
  if (filters.recipients > 0) writer.String("recipients");
  if (filters.idempotency_key) writer.String("idempotency_key");
  if (filters.workflow_slug) writer.String("workflow_slug");
  writer.EndArray();
  writer.Key("recipients");
  writer.Uint64(filters.recipients);
}

}  // namespace

std::string FormatAccessLog(const CallRecord& record, absl::Time time) {
  rapidjson::StringBuffer buffer(nullptr, kUsualBytes);
  Writer writer(buffer);
  writer.SetMaxDecimalPlaces(3);
  writer.StartObject();
  WriteMember(writer, "time", Timestamp(time));
  WriteMember(writer, "severity", SeverityOf(record));
  WriteMember(writer, "message", "CancelWorkflow");
  WriteMember(writer, "request_id", record.request_id);
  WriteMember(writer, "trace_id", record.trace_id);
  WriteMember(writer, "span_id", record.span_id);
  if (!record.caller.empty()) WriteMember(writer, "caller", record.caller);
  WriteMember(writer, "code", record.code);
  WriteMember(writer, "reason", record.reason);
  WriteMember(writer, "outcome", record.outcome);
  writer.Key("http_status");
  writer.Int(record.http_status);
  writer.Key("attempts");
  writer.Uint64(record.attempts.size());
  writer.Key("duration_ms");
  writer.Double(std::chrono::duration<double, std::milli>(record.duration).count());
  WriteFilters(writer, record.filters);
  writer.Key("validate_only");
  writer.Bool(record.validate_only);
  if (record.cancelled) {
    writer.Key("cancelled");
    writer.Uint64(*record.cancelled);
  }
  writer.EndObject();
  return std::string(buffer.GetString(), buffer.GetSize());
}

}  // namespace suprsend_gateway::telemetry
