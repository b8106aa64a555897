#include "service/telemetry/audit_record.h"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include "absl/strings/str_cat.h"
#include "service/base/utf8.h"
#include "service/telemetry/timestamp.h"

namespace suprsend_gateway::telemetry {
namespace {

using Writer = rapidjson::Writer<rapidjson::StringBuffer>;

std::string ReplaceInvalidUtf8(std::string_view text) {
  std::string valid;
  while (!text.empty()) {
    std::string_view rest = text;
    if (base::TakeCodePoint(rest)) {
      valid.append(text.substr(0, text.size() - rest.size()));
      text = rest;
    } else {
      valid.append("\xEF\xBF\xBD");
      text.remove_prefix(1);
    }
  }
  return valid;
}

void WriteString(Writer& writer, std::string_view text) {
  if (!base::IsValidUtf8(text)) {
    WriteString(writer, ReplaceInvalidUtf8(text));
    return;
  }
  writer.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
}

void WriteMember(Writer& writer, std::string_view name, std::string_view value) {
  WriteString(writer, name);
  WriteString(writer, value);
}

std::string Hide(std::string_view text, const Hmac& hmac) {
  return absl::StrCat("hmac-sha256:", hmac(text));
}

void WriteFilters(Writer& writer, const AuditRecord& record, const Hmac& hmac) {
  writer.Key("filters");
  writer.StartObject();
  if (record.execution_id) WriteMember(writer, "execution_id", *record.execution_id);
  if (!record.recipients.empty()) {
    writer.Key("recipients");
    writer.StartArray();
    for (const std::string& recipient : record.recipients) {
      WriteString(writer, Hide(recipient, hmac));
    }
    writer.EndArray();
    writer.Key("recipient_count");
    writer.Uint64(record.recipient_count);
  }
  if (record.idempotency_key) {
    WriteMember(writer, "idempotency_key", Hide(*record.idempotency_key, hmac));
  }
  if (record.workflow_slug) WriteMember(writer, "workflow_slug", *record.workflow_slug);
  writer.EndObject();
}

void WriteCancelled(Writer& writer, const AuditRecord& record) {
  if (record.cancelled_count || !record.execution_ids.empty()) {
    writer.Key("execution_ids");
    writer.StartArray();
    for (const std::string& id : record.execution_ids) WriteString(writer, id);
    writer.EndArray();
  }
  if (record.cancelled_count) {
    writer.Key("cancelled_count");
    writer.Uint64(*record.cancelled_count);
  }
}

size_t SizeInMemory(const std::vector<std::string>& texts) {
  size_t size = texts.size() * sizeof(std::string);
  for (const std::string& text : texts) size += text.size();
  return size;
}

}  // namespace

std::string FormatAuditRecord(const AuditRecord& record, const Hmac& hmac) {
  rapidjson::StringBuffer buffer;
  Writer writer(buffer);
  writer.StartObject();
  WriteMember(writer, "time", Timestamp(record.time));
  WriteMember(writer, "type", "audit");
  WriteMember(writer, "message", "CancelWorkflow");
  WriteMember(writer, "caller", record.caller);
  WriteMember(writer, "request_id", record.request_id);
  WriteMember(writer, "trace_id", record.trace_id);
  WriteMember(writer, "span_id", record.span_id);
  WriteMember(writer, "code", record.code);
  WriteMember(writer, "reason", record.reason);
  WriteMember(writer, "outcome", record.outcome);
  writer.Key("attempts");
  writer.Uint64(record.attempts);
  WriteFilters(writer, record, hmac);
  writer.Key("validate_only");
  writer.Bool(record.validate_only);
  WriteCancelled(writer, record);
  writer.Key("caller_gone");
  writer.Bool(record.caller_gone);
  writer.EndObject();
  return std::string(buffer.GetString(), buffer.GetSize());
}

size_t SizeInMemory(const AuditRecord& record) {
  size_t size =
      sizeof(record) + SizeInMemory(record.recipients) + SizeInMemory(record.execution_ids);
  for (const std::string* text : {&record.caller, &record.code, &record.reason, &record.outcome,
                                  &record.request_id, &record.trace_id, &record.span_id}) {
    size += text->size();
  }
  for (const std::optional<std::string>* text :
       {&record.execution_id, &record.idempotency_key, &record.workflow_slug}) {
    if (*text) size += (*text)->size();
  }
  return size;
}

}  // namespace suprsend_gateway::telemetry
