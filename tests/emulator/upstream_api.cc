#include "tests/emulator/upstream_api.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/emulator/cancel_request.h"
#include "tests/emulator/json.h"
#include "tests/emulator/trigger_request.h"

namespace suprsend_gateway::emulator {
namespace {

constexpr char kCancelPath[] = "/v1/workflow_run/cancel/";
constexpr char kTriggerPath[] = "/trigger/";

// "/trigger/", or one path segment before it.
bool IsTriggerPath(const std::string& path) {
  const size_t suffix = sizeof(kTriggerPath) - 1;
  if (!absl::EndsWith(path, kTriggerPath)) return false;
  const std::string uid = path.substr(0, path.size() - suffix);
  return uid.empty() || (uid.size() > 1 && uid.rfind('/') == 0);
}

// The shape that the SDK's trigger calls take a message from.
Reply TriggerErrorReply(const std::string& message) {
  rapidjson::StringBuffer buffer;
  JsonWriter writer(buffer);
  writer.StartObject();
  WriteString(writer, "status", "error");
  writer.Key("error");
  writer.StartObject();
  WriteString(writer, "message", message);
  WriteString(writer, "type", "validation_error");
  writer.EndObject();
  writer.EndObject();
  return JsonReply(400, buffer.GetString());
}

std::string TriggerReplyBody(const std::string& message_id) {
  rapidjson::StringBuffer buffer;
  JsonWriter writer(buffer);
  writer.StartObject();
  WriteString(writer, "message_id", message_id);
  WriteString(writer, "status", "success");
  writer.EndObject();
  return buffer.GetString();
}

std::string BulkTriggerReplyBody(const std::vector<std::string>& message_ids) {
  rapidjson::StringBuffer buffer;
  JsonWriter writer(buffer);
  writer.StartObject();
  WriteString(writer, "status", "success");
  writer.Key("records");
  writer.StartArray();
  for (const std::string& message_id : message_ids) {
    writer.StartObject();
    WriteString(writer, "status", "success");
    writer.Key("status_code");
    writer.Int(202);
    WriteString(writer, "message_id", message_id);
    writer.EndObject();
  }
  writer.EndArray();
  writer.EndObject();
  return buffer.GetString();
}

std::string CancelReplyBody(const std::vector<std::string>& execution_ids) {
  rapidjson::StringBuffer buffer;
  JsonWriter writer(buffer);
  writer.StartObject();
  writer.Key("execution_ids");
  writer.StartArray();
  for (const std::string& id : execution_ids) writer.String(id);
  writer.EndArray();
  writer.EndObject();
  return buffer.GetString();
}

}  // namespace

UpstreamApi::UpstreamApi(UpstreamOptions options, RunStore& runs)
    : options_(std::move(options)), runs_(runs) {}

UpstreamAnswer UpstreamApi::Answer(const Request& request) {
  const bool cancel = request.path == kCancelPath;
  if (!cancel && !IsTriggerPath(request.path)) return {.reply = ErrorReply(404, "not found")};
  if (request.method != "POST") return {.reply = WrongMethodReply("POST")};
  if (!KeyMatches(request)) {
    return {.reply = {.status = 401,
                      .headers = {{"Content-Type", "text/plain; charset=utf-8"}},
                      .body = "Not Authenticated - could not find Workspace details"}};
  }
  return cancel ? Cancel(request.body) : Trigger(request.body);
}

bool UpstreamApi::KeyMatches(const Request& request) const {
  const std::string expected = absl::StrCat("Bearer ", options_.api_key);
  return std::any_of(request.headers.begin(), request.headers.end(), [&](const auto& header) {
    return absl::EqualsIgnoreCase(header.first, "Authorization") && header.second == expected;
  });
}

UpstreamAnswer UpstreamApi::Cancel(const std::string& body) {
  const auto filter = ParseCancelRequest(body, options_.accept_slug_alone);
  if (!filter.ok()) return {.reply = ErrorReply(400, std::string(filter.status().message()))};
  const std::vector<std::string> cancelled = runs_.Cancel(*filter);
  return {.reply = JsonReply(200, CancelReplyBody(cancelled)),
          .applied = true,
          .applied_count = static_cast<int64_t>(cancelled.size())};
}

UpstreamAnswer UpstreamApi::Trigger(const std::string& body) {
  const auto request = ParseTriggerRequest(body);
  if (!request.ok()) return {.reply = TriggerErrorReply(std::string(request.status().message()))};
  UpstreamAnswer answer{.applied = true};
  std::vector<std::string> message_ids;
  for (const auto& trigger : request->triggers) {
    RunStore::Triggered triggered = runs_.Add(trigger);
    answer.applied_count += triggered.runs_created;
    message_ids.push_back(std::move(triggered.message_id));
  }
  answer.reply = JsonReply(202, request->bulk ? BulkTriggerReplyBody(message_ids)
                                              : TriggerReplyBody(message_ids.front()));
  return answer;
}

Reply JsonReply(int status, std::string body) {
  return {
      .status = status, .headers = {{"Content-Type", "application/json"}}, .body = std::move(body)};
}

Reply ErrorReply(int status, const std::string& message) {
  rapidjson::StringBuffer buffer;
  JsonWriter writer(buffer);
  writer.StartObject();
  writer.Key("code");
  writer.Int(status);
  WriteString(writer, "message", message);
  writer.EndObject();
  return JsonReply(status, buffer.GetString());
}

Reply WrongMethodReply(const char* allowed) {
  Reply reply = ErrorReply(405, absl::StrCat("method not allowed; use ", allowed));
  reply.headers.emplace_back("Allow", allowed);
  return reply;
}

}  // namespace suprsend_gateway::emulator
