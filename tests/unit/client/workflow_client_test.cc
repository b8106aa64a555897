#include "client/cpp/workflow_client.h"

#include <chrono>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/unit/client/fake_gateway.h"
#include "tests/unit/client/gateway_status.h"

namespace suprsend_gateway::client {
namespace {

namespace pb = ::suprsend::gateway::v1;
using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// The same call in both ways.
std::vector<CancelResult> CallBoth(FakeGateway& gateway, const CancelRequest& request,
                                   const CallOptions& options = {}) {
  const WorkflowClient client(gateway.address());
  std::vector<CancelResult> results;
  results.push_back(client.CancelWorkflow(request, options));
  results.push_back(Wait(CallAsync(client, request, options, {})));
  return results;
}

TEST(WorkflowClientTest, EveryFilterArrivesAndTheReplyComesBack) {
  FakeGateway gateway;
  gateway.reply.add_execution_ids("run-1");
  gateway.reply.add_execution_ids("run-2");
  gateway.reply.set_execution_ids_may_be_incomplete(true);
  gateway.reply.set_cancelled_count(3);
  const CancelRequest request{.execution_id = "e",
                              .recipients = {{"a", "b"}},
                              .idempotency_key = "k",
                              .workflow_slug = "w",
                              .validate_only = true};
  for (const CancelResult& result : CallBoth(gateway, request)) {
    const auto& reply = std::get<CancelReply>(result);
    EXPECT_THAT(reply.execution_ids, ElementsAre("run-1", "run-2"));
    EXPECT_TRUE(reply.execution_ids_may_be_incomplete);
    EXPECT_EQ(reply.cancelled_count, 3);
    EXPECT_EQ(reply.request_id, "req-7");
    const pb::CancelWorkflowRequest sent = gateway.last_request();
    EXPECT_EQ(sent.execution_id(), "e");
    EXPECT_THAT(sent.recipients(), ElementsAre("a", "b"));
    EXPECT_EQ(sent.idempotency_key(), "k");
    EXPECT_EQ(sent.workflow_slug(), "w");
    EXPECT_TRUE(sent.validate_only());
  }
  EXPECT_EQ(gateway.calls, 2);
}

TEST(WorkflowClientTest, UnsetFiltersStayUnset) {
  FakeGateway gateway;
  CallBoth(gateway, {});
  const pb::CancelWorkflowRequest sent = gateway.last_request();
  EXPECT_FALSE(sent.has_execution_id());
  EXPECT_THAT(sent.recipients(), IsEmpty());
  EXPECT_FALSE(sent.has_idempotency_key());
  EXPECT_FALSE(sent.has_workflow_slug());
  EXPECT_FALSE(sent.validate_only());
}

TEST(WorkflowClientTest, EmptyFiltersArriveAsSetAndEmpty) {
  FakeGateway gateway;
  CallBoth(gateway,
           {.execution_id = "", .recipients = {{""}}, .idempotency_key = "", .workflow_slug = ""});
  const pb::CancelWorkflowRequest sent = gateway.last_request();
  EXPECT_TRUE(sent.has_execution_id());
  EXPECT_THAT(sent.recipients(), ElementsAre(""));
  EXPECT_TRUE(sent.has_idempotency_key());
  EXPECT_TRUE(sent.has_workflow_slug());
}

TEST(WorkflowClientTest, FailureComesWithItsDetails) {
  FakeGateway gateway;
  gateway.status = GatewayStatus(grpc::StatusCode::RESOURCE_EXHAUSTED, "slow down")
                       .AddErrorInfo("UPSTREAM_RATE_LIMITED", "NOT_APPLIED")
                       .AddRetryDelay(2, 0)
                       .Build();
  for (const CancelResult& result : CallBoth(gateway, {.execution_id = "e"})) {
    const auto& failure = std::get<Failure>(result);
    EXPECT_EQ(failure.code, grpc::StatusCode::RESOURCE_EXHAUSTED);
    EXPECT_EQ(failure.message, "slow down");
    EXPECT_EQ(failure.reason, "UPSTREAM_RATE_LIMITED");
    EXPECT_EQ(failure.outcome, Outcome::kNotApplied);
    EXPECT_EQ(failure.retry_delay, seconds(2));
    EXPECT_EQ(failure.request_id, "req-7");
    EXPECT_TRUE(failure.SafeToRetry());
  }
}

TEST(WorkflowClientTest, EmptyListOfRecipientsIsNeverSent) {
  FakeGateway gateway;
  const CancelRequest request{.recipients = std::vector<std::string>{}, .workflow_slug = "w"};
  for (const CancelResult& result : CallBoth(gateway, request)) {
    const auto& failure = std::get<Failure>(result);
    EXPECT_EQ(failure.code, grpc::StatusCode::INVALID_ARGUMENT);
    EXPECT_EQ(failure.reason, "INVALID_FILTER");
    EXPECT_EQ(failure.outcome, Outcome::kNotApplied);
    ASSERT_EQ(failure.violations.size(), 1u);
    EXPECT_EQ(failure.violations[0].field, "recipients");
    EXPECT_FALSE(failure.SafeToRetry());
  }
  EXPECT_EQ(gateway.calls, 0);
}

TEST(WorkflowClientTest, InvalidUtf8IsNeverSentAndEveryFieldIsNamed) {
  FakeGateway gateway;
  const CancelRequest request{.execution_id = "\xFF",
                              .recipients = {{"ok", "\xC3"}},
                              .idempotency_key = "\xED\xA0\x80",
                              .workflow_slug = "\xC0\x80"};
  for (const CancelResult& result : CallBoth(gateway, request)) {
    const auto& failure = std::get<Failure>(result);
    EXPECT_EQ(failure.code, grpc::StatusCode::INVALID_ARGUMENT);
    EXPECT_EQ(failure.reason, "INVALID_FILTER");
    EXPECT_THAT(failure.violations,
                ElementsAre(FieldViolation{"execution_id", "is not valid UTF-8"},
                            FieldViolation{"recipients[1]", "is not valid UTF-8"},
                            FieldViolation{"idempotency_key", "is not valid UTF-8"},
                            FieldViolation{"workflow_slug", "is not valid UTF-8"}));
  }
  EXPECT_EQ(gateway.calls, 0);
}

TEST(WorkflowClientTest, CallHasADeadlineUnasked) {
  FakeGateway gateway;
  CallBoth(gateway, {.execution_id = "e"});
  EXPECT_GT(gateway.time_left(), seconds(0));
  EXPECT_LE(gateway.time_left(), seconds(11));
}

TEST(WorkflowClientTest, LongestTimeoutCountsAsOneHour) {
  FakeGateway gateway;
  CallBoth(gateway, {.execution_id = "e"}, {.timeout = std::chrono::nanoseconds::max()});
  EXPECT_GT(gateway.time_left(), std::chrono::minutes(50));
  EXPECT_LE(gateway.time_left(), std::chrono::minutes(61));
}

TEST(WorkflowClientTest, DeadlineEndsACallThatHangs) {
  FakeGateway gateway;
  gateway.hangs = true;
  for (const CancelResult& result :
       CallBoth(gateway, {.execution_id = "e"}, {.timeout = milliseconds(200)})) {
    const auto& failure = std::get<Failure>(result);
    EXPECT_EQ(failure.code, grpc::StatusCode::DEADLINE_EXCEEDED);
    EXPECT_EQ(failure.reason, "");
    EXPECT_EQ(failure.outcome, Outcome::kUnknown);
    EXPECT_FALSE(failure.SafeToRetry());
  }
}

TEST(WorkflowClientTest, WithNoTimeLeftNothingIsSent) {
  FakeGateway gateway;
  for (const auto timeout : {milliseconds(0), milliseconds(-1)}) {
    for (const CancelResult& result :
         CallBoth(gateway, {.execution_id = "e"}, {.timeout = timeout})) {
      const auto& failure = std::get<Failure>(result);
      EXPECT_EQ(failure.code, grpc::StatusCode::DEADLINE_EXCEEDED);
      EXPECT_EQ(failure.reason, "DEADLINE_BEFORE_SEND");
      EXPECT_EQ(failure.outcome, Outcome::kNotApplied);
    }
  }
  EXPECT_EQ(gateway.calls, 0);
}

TEST(WorkflowClientTest, ATraceparentGoesAlongAndWhatIsNoneDoesNot) {
  FakeGateway gateway;
  const std::string traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  CallBoth(gateway, {.execution_id = "e"}, {.traceparent = traceparent});
  EXPECT_EQ(gateway.traceparent(), traceparent);
  for (const std::string& none : {std::string(), std::string("no trace"), std::string(55, '\n'),
                                  std::string(55, 'a'), traceparent + "-more"}) {
    CallBoth(gateway, {.execution_id = "e"}, {.traceparent = none});
    EXPECT_EQ(gateway.traceparent(), "");
  }
}

TEST(WorkflowClientTest, WhatTheGatewayDidNotTakeIsSentThreeTimes) {
  FakeGateway gateway;
  gateway.status = grpc::Status(grpc::StatusCode::UNAVAILABLE, "full");
  CallBoth(gateway, {.execution_id = "e"});
  EXPECT_EQ(gateway.calls, 2 * 3);
}

TEST(WorkflowClientTest, ATlsFileThatCannotBeReadIsNamed) {
  const TlsFiles files{.ca_file = "/dev/null", .cert_file = "/nowhere", .key_file = "/nowhere"};
  const auto client = WorkflowClient::ConnectWithTls("127.0.0.1:1", files);
  EXPECT_EQ(client.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(client.status().message(), "ca_file: \"/dev/null\" cannot be read, or is empty");
}

TEST(WorkflowClientTest, NobodyThereIsAnUnknownOutcome) {
  std::string address;
  {
    const FakeGateway gone;
    address = gone.address();
  }
  const CancelResult result = WorkflowClient(address).CancelWorkflow({.execution_id = "e"});
  const auto& failure = std::get<Failure>(result);
  EXPECT_EQ(failure.code, grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(failure.outcome, Outcome::kUnknown);
  EXPECT_FALSE(failure.SafeToRetry());
}

}  // namespace
}  // namespace suprsend_gateway::client
