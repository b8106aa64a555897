#include "tests/emulator/emulator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/emulator/json.h"

namespace suprsend_gateway::emulator {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr char kCancelPath[] = "/v1/workflow_run/cancel/";
constexpr char kCancelAnn[] = R"({"recipients":["ann"]})";

class EmulatorTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(
        emulator_
            .Seed({{.workflow_slug = "w", .recipient = {R"("ann")", {"ann"}}, .execution_id = "e"}})
            .ok());
  }

  std::optional<Reply> Send(const std::string& method, const std::string& path,
                            const std::string& body = "", const std::string& key = "secret") {
    return emulator_.Handle({.method = method,
                             .path = path,
                             .headers = {{"authorization", "Bearer " + key}},
                             .body = body});
  }

  std::optional<Reply> Cancel() { return Send("POST", kCancelPath, kCancelAnn); }

  rapidjson::Document Own(const std::string& path) {
    const auto reply = emulator_.Handle({.method = "GET", .path = path});
    return *ParseJson(reply->body, Utf8::kRequired);
  }

  int TimesCancelled() { return Own("/_emulator/runs")["runs"][0]["times_cancelled"].GetInt(); }

  void SetFaults(const std::string& json) {
    EXPECT_EQ(Send("PUT", "/_emulator/faults", json)->status, 200);
  }

  bool pause_ends_well_ = true;
  std::vector<milliseconds> pauses_;
  Emulator emulator_{{.api_key = "secret"}, [this](milliseconds time) {
                       pauses_.push_back(time);
                       return pause_ends_well_;
                     }};
};

TEST_F(EmulatorTest, CancelReplyIsThePagesOwn) {
  const auto reply = Cancel();
  EXPECT_EQ(reply->status, 200);
  EXPECT_EQ(reply->body, R"({"execution_ids":["e"]})");
  EXPECT_EQ(Cancel()->body, R"({"execution_ids":[]})");
}

TEST_F(EmulatorTest, PathThenMethodThenKeyThenBody) {
  EXPECT_EQ(Send("GET", "/v1/workflow_run/cancel", "", "wrong")->status, 404);
  EXPECT_EQ(Send("GET", kCancelPath, "", "wrong")->status, 405);
  EXPECT_EQ(Send("POST", kCancelPath, "{", "wrong")->status, 401);
  EXPECT_EQ(Send("POST", kCancelPath, "{")->status, 400);
}

TEST_F(EmulatorTest, TriggerPaths) {
  const std::string body = R"({"workflow":"w","recipients":["bob"],"data":{}})";
  EXPECT_EQ(Send("POST", "/trigger/", body)->status, 202);
  EXPECT_EQ(Send("POST", "/workspace/trigger/", body)->status, 202);
  for (const char* path : {"/trigger", "//trigger/", "/a/b/trigger/", "/xtrigger/", "trigger/"}) {
    EXPECT_EQ(Send("POST", path, body)->status, 404) << path;
  }
  EXPECT_EQ(Send("POST", "/trigger/", "{}")->body,
            R"({"status":"error","error":{"message":"workflow is required",)"
            R"("type":"validation_error"}})");
}

TEST_F(EmulatorTest, KeyIsNeverShown) {
  Send("POST", kCancelPath, "{}");
  Send("POST", kCancelPath, "{}", "wrong");
  const auto report = Own("/_emulator/requests");
  EXPECT_STREQ(report["requests"][0]["headers"]["authorization"].GetString(), "matched");
  EXPECT_STREQ(report["requests"][1]["headers"]["authorization"].GetString(), "not matched");
}

TEST_F(EmulatorTest, DelayComesBeforeTheRealReply) {
  SetFaults(R"([{"delay_ms":70}])");
  EXPECT_EQ(Cancel()->status, 200);
  EXPECT_THAT(pauses_, ElementsAre(milliseconds(70)));
  EXPECT_EQ(TimesCancelled(), 1);
}

TEST_F(EmulatorTest, EndingDuringADelayAppliesNothing) {
  pause_ends_well_ = false;
  SetFaults(R"([{"delay_ms":70}])");
  EXPECT_EQ(Cancel(), std::nullopt);
  EXPECT_EQ(TimesCancelled(), 0);
}

TEST_F(EmulatorTest, DropBeforeAndAfterApplying) {
  SetFaults(R"([{"drop":"before","times":1},{"drop":"after"}])");
  EXPECT_EQ(Cancel(), std::nullopt);
  EXPECT_EQ(TimesCancelled(), 0);
  EXPECT_EQ(Cancel(), std::nullopt);
  EXPECT_EQ(TimesCancelled(), 1);
  const auto report = Own("/_emulator/requests");
  for (const int i : {0, 1}) {
    const auto& request = report["requests"][static_cast<rapidjson::SizeType>(i)];
    EXPECT_TRUE(request["dropped"].GetBool());
    EXPECT_TRUE(request["status"].IsNull());
    EXPECT_EQ(request["applied"].GetBool(), i == 1);
    EXPECT_EQ(request["fault"].GetInt(), i);
  }
}

TEST_F(EmulatorTest, FaultReplyAppliesOnlyIfToldTo) {
  SetFaults(R"([{"status":500,"times":1},{"status":502,"apply":true}])");
  EXPECT_EQ(Cancel()->status, 500);
  EXPECT_EQ(TimesCancelled(), 0);
  EXPECT_EQ(Cancel()->status, 502);
  EXPECT_EQ(TimesCancelled(), 1);
}

TEST_F(EmulatorTest, FaultThatAppliesStillChecksTheKey) {
  SetFaults(R"([{"status":500,"apply":true}])");
  EXPECT_EQ(Send("POST", kCancelPath, kCancelAnn, "wrong")->status, 500);
  EXPECT_EQ(TimesCancelled(), 0);
}

TEST_F(EmulatorTest, BadFaultsLeaveTheOldOnes) {
  SetFaults(R"([{"status":500}])");
  EXPECT_EQ(Send("PUT", "/_emulator/faults", R"([{"status":501},{"status":1}])")->status, 400);
  EXPECT_EQ(Cancel()->status, 500);
}

TEST_F(EmulatorTest, OwnEndpointsMeetNoFaultAndAreNotLogged) {
  SetFaults(R"([{"status":500}])");
  EXPECT_EQ(Send("GET", "/_emulator/runs")->status, 200);
  EXPECT_EQ(Send("GET", "/_emulator/nothing")->status, 404);
  EXPECT_EQ(Send("GET", "/_emulator/faults")->status, 405);
  EXPECT_TRUE(Own("/_emulator/requests")["requests"].Empty());
}

TEST_F(EmulatorTest, DeleteStateForgetsAll) {
  SetFaults(R"([{"status":500}])");
  Cancel();
  EXPECT_EQ(Send("DELETE", "/_emulator/state")->status, 204);
  EXPECT_TRUE(Own("/_emulator/runs")["runs"].Empty());
  EXPECT_TRUE(Own("/_emulator/requests")["requests"].Empty());
  EXPECT_EQ(Cancel()->body, R"({"execution_ids":[]})");
  EXPECT_THAT(pauses_, IsEmpty());
}

}  // namespace
}  // namespace suprsend_gateway::emulator
