#include "tests/emulator/report.h"

#include <cstdint>
#include <map>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "tests/emulator/json.h"

namespace suprsend_gateway::emulator {
namespace {

void WriteInt(JsonWriter& writer, const char* name, int64_t value) {
  writer.Key(name);
  writer.Int64(value);
}

void WriteBool(JsonWriter& writer, const char* name, bool value) {
  writer.Key(name);
  writer.Bool(value);
}

void WriteRun(JsonWriter& writer, const Run& run) {
  writer.StartObject();
  WriteString(writer, "execution_id", run.execution_id);
  WriteString(writer, "message_id", run.message_id);
  WriteString(writer, "workflow_slug", run.workflow_slug);
  WriteStringOrNull(writer, "idempotency_key", run.idempotency_key);
  writer.Key("recipient");
  writer.RawValue(run.recipient.json.data(), run.recipient.json.size(), rapidjson::kObjectType);
  writer.Key("identifiers");
  writer.StartArray();
  for (const std::string& identifier : run.recipient.identifiers) writer.String(identifier);
  writer.EndArray();
  WriteString(writer, "state", run.times_cancelled > 0 ? "cancelled" : "running");
  WriteInt(writer, "times_cancelled", run.times_cancelled);
  WriteInt(writer, "times_matched", run.times_matched);
  writer.EndObject();
}

void WriteHeaders(JsonWriter& writer, const LoggedRequest& logged) {
  std::map<std::string, std::string> joined;
  for (const auto& [name, value] : logged.request.headers) {
    const std::string lower = absl::AsciiStrToLower(name);
    const auto [entry, is_new] = joined.emplace(lower, value);
    if (!is_new) absl::StrAppend(&entry->second, ", ", value);
    if (lower == "authorization") entry->second = logged.key_matched ? "matched" : "not matched";
  }
  writer.Key("headers");
  writer.StartObject();
  for (const auto& [name, value] : joined) {
    WriteString(writer, ToValidUtf8(name).c_str(), value);
  }
  writer.EndObject();
}

void WriteBody(JsonWriter& writer, const std::string& body) {
  const std::string valid = ToValidUtf8(body);
  WriteString(writer, "body", valid);
  if (valid != body) WriteString(writer, "body_base64", absl::Base64Escape(body));
}

void WriteRequest(JsonWriter& writer, const LoggedRequest& logged) {
  const RequestResult result = logged.result.value_or(RequestResult{});
  writer.StartObject();
  WriteString(writer, "method", logged.request.method);
  WriteString(writer, "path", logged.request.path);
  WriteString(writer, "query", logged.request.query);
  WriteString(writer, "peer", logged.request.peer);
  WriteInt(writer, "received_ms", logged.received.count());
  WriteHeaders(writer, logged);
  WriteBody(writer, logged.request.body);
  WriteBool(writer, "finished", logged.result.has_value());
  writer.Key("status");
  result.status ? writer.Int(*result.status) : writer.Null();
  WriteBool(writer, "applied", result.applied);
  WriteInt(writer, "applied_count", result.applied_count);
  WriteBool(writer, "dropped", logged.result && !result.status);
  writer.Key("fault");
  result.fault ? writer.Uint64(*result.fault) : writer.Null();
  writer.EndObject();
}

}  // namespace

std::string RunsReport(const RunStore::Snapshot& snapshot) {
  rapidjson::StringBuffer buffer;
  JsonWriter writer(buffer);
  int64_t cancelled = 0;
  writer.StartObject();
  writer.Key("runs");
  writer.StartArray();
  for (const Run& run : snapshot.runs) {
    cancelled += run.times_cancelled > 0 ? 1 : 0;
    WriteRun(writer, run);
  }
  writer.EndArray();
  WriteInt(writer, "running", static_cast<int64_t>(snapshot.runs.size()) - cancelled);
  WriteInt(writer, "cancelled", cancelled);
  WriteInt(writer, "cancels_applied", snapshot.cancels_applied);
  WriteInt(writer, "triggers_ignored", snapshot.triggers_ignored);
  writer.EndObject();
  return std::string(buffer.GetString(), buffer.GetSize());
}

std::string RequestsReport(const RequestLog::Snapshot& snapshot) {
  rapidjson::StringBuffer buffer;
  JsonWriter writer(buffer);
  writer.StartObject();
  writer.Key("requests");
  writer.StartArray();
  for (const LoggedRequest& logged : snapshot.requests) WriteRequest(writer, logged);
  writer.EndArray();
  WriteInt(writer, "forgotten", snapshot.forgotten);
  writer.EndObject();
  return std::string(buffer.GetString(), buffer.GetSize());
}

}  // namespace suprsend_gateway::emulator
