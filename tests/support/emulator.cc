#include "tests/support/emulator.h"

#include <gtest/gtest.h>
#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include "tests/support/gateway.h"
#include "tests/support/http_call.h"

namespace suprsend_gateway::testing {
namespace {

constexpr char kReady[] = " listening on ";
constexpr char kTriggerPath[] = "/trigger/";

// The member of an object as text; empty where it is absent or no string.
std::string Text(const rapidjson::Value& object, const char* name) {
  const auto member = object.FindMember(name);
  if (member == object.MemberEnd() || !member->value.IsString()) return "";
  return std::string(member->value.GetString(), member->value.GetStringLength());
}

// GETs an object and hands it on; the test fails where it is none.
rapidjson::Document GetObject(const std::string& url) {
  const HttpReply reply = HttpCall("GET", url);
  rapidjson::Document document;
  document.Parse(reply.body.data(), reply.body.size());
  EXPECT_EQ(reply.status, 200) << url;
  EXPECT_TRUE(!document.HasParseError() && document.IsObject()) << url << ": " << reply.body;
  if (document.HasParseError() || !document.IsObject()) document.SetObject();
  return document;
}

std::string TriggerJson(const std::string& workflow, const std::vector<std::string>& recipients,
                        const std::string& idempotency_key) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  writer.StartObject();
  writer.Key("workflow");
  writer.String(workflow);
  writer.Key("recipients");
  writer.StartArray();
  for (const std::string& recipient : recipients) writer.String(recipient);
  writer.EndArray();
  writer.Key("data");
  writer.StartObject();
  writer.EndObject();
  if (!idempotency_key.empty()) {
    writer.Key("$idempotency_key");
    writer.String(idempotency_key);
  }
  writer.EndObject();
  return std::string(buffer.GetString(), buffer.GetSize());
}

}  // namespace

Emulator::Emulator(const std::vector<std::string>& flags) {
  std::vector<std::string> argv = {SUPRSEND_EMULATOR_BINARY, "--listen=127.0.0.1:0",
                                   std::string("--api_key=") + kApiKey};
  argv.insert(argv.end(), flags.begin(), flags.end());
  process_.emplace(std::move(argv));
  const std::optional<std::string> line = process_->WaitForLine(
      [](const std::string& text) {
        return text.starts_with("suprsend-emulator ") && text.find(kReady) != std::string::npos;
      },
      kPatience);
  if (!line.has_value()) {
    ADD_FAILURE() << "the emulator did not start: " << process_->Stderr();
    return;
  }
  url_ = line->substr(line->find(kReady) + sizeof(kReady) - 1);
}

std::vector<std::string> Emulator::Trigger(const std::string& workflow,
                                           const std::vector<std::string>& recipients,
                                           const std::string& idempotency_key) {
  const HttpReply reply =
      HttpCall("POST", url_ + kTriggerPath, TriggerJson(workflow, recipients, idempotency_key),
               {"Content-Type: application/json", std::string("Authorization: Bearer ") + kApiKey});
  EXPECT_EQ(reply.status, 202) << reply.body;
  rapidjson::Document document;
  document.Parse(reply.body.data(), reply.body.size());
  if (reply.status != 202 || document.HasParseError() || !document.IsObject()) return {};
  const std::string message_id = Text(document, "message_id");
  std::vector<std::string> ids;
  for (const Run& run : Runs()) {
    if (run.message_id == message_id) ids.push_back(run.execution_id);
  }
  return ids;
}

std::vector<Emulator::Run> Emulator::Runs() const {
  const rapidjson::Document document = GetObject(url_ + "/_emulator/runs");
  std::vector<Run> runs;
  if (!document.HasMember("runs")) return runs;
  for (const rapidjson::Value& run : document["runs"].GetArray()) {
    runs.push_back({.execution_id = Text(run, "execution_id"),
                    .message_id = Text(run, "message_id"),
                    .state = Text(run, "state"),
                    .times_cancelled = run["times_cancelled"].GetInt()});
  }
  return runs;
}

std::vector<std::string> Emulator::RunningIds() const {
  std::vector<std::string> ids;
  for (const Run& run : Runs()) {
    if (run.state == "running") ids.push_back(run.execution_id);
  }
  return ids;
}

std::vector<Emulator::Request> Emulator::CancelRequests() const {
  const rapidjson::Document document = GetObject(url_ + "/_emulator/requests");
  std::vector<Request> requests;
  if (!document.HasMember("requests")) return requests;
  for (const rapidjson::Value& request : document["requests"].GetArray()) {
    const std::string path = Text(request, "path");
    if (path == kTriggerPath) continue;
    requests.push_back(
        {.path = path, .method = Text(request, "method"), .body = Text(request, "body")});
  }
  return requests;
}

void Emulator::SetFaults(const std::string& json) {
  const HttpReply reply = HttpCall("PUT", url_ + "/_emulator/faults", json);
  EXPECT_EQ(reply.status / 100, 2) << reply.body;
}

}  // namespace suprsend_gateway::testing
