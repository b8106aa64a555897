#include <chrono>
#include <future>
#include <stop_token>
#include <thread>
#include <utility>

#include "client/cpp/workflow_client.h"
#include "gtest/gtest.h"
#include "tests/unit/client/fake_gateway.h"

namespace suprsend_gateway::client {
namespace {

using std::chrono::milliseconds;

TEST(CancellationTest, CallerCanCancelACallUnderWay) {
  FakeGateway gateway;
  gateway.hangs = true;
  std::stop_source stop;
  const WorkflowClient client(gateway.address());
  std::future<CancelResult> future =
      CallAsync(client, {.execution_id = "e"}, {.timeout = kPatience}, stop.get_token());
  gateway.arrived.wait();
  stop.request_stop();
  const CancelResult result = Wait(std::move(future));
  const auto& failure = std::get<Failure>(result);
  EXPECT_EQ(failure.code, grpc::StatusCode::CANCELLED);
  EXPECT_EQ(failure.outcome, Outcome::kUnknown);
}

TEST(CancellationTest, StopThatWasAskedForAlreadySendsNothing) {
  FakeGateway gateway;
  std::stop_source stop;
  stop.request_stop();
  const WorkflowClient client(gateway.address());
  const CancelResult result = Wait(CallAsync(client, {.execution_id = "e"}, {}, stop.get_token()));
  const auto& failure = std::get<Failure>(result);
  EXPECT_EQ(failure.code, grpc::StatusCode::CANCELLED);
  EXPECT_EQ(failure.reason, "CALLER_CANCELLED");
  EXPECT_EQ(failure.outcome, Outcome::kNotApplied);
  EXPECT_EQ(gateway.calls, 0);
}

TEST(CancellationTest, ClientThatGoesAwayWaitsForItsCalls) {
  FakeGateway gateway;
  gateway.hangs = true;
  std::future<CancelResult> future;
  {
    const WorkflowClient client(gateway.address());
    future = CallAsync(client, {.execution_id = "e"}, {.timeout = milliseconds(100)}, {});
  }
  const CancelResult result = Wait(std::move(future));
  EXPECT_EQ(std::get<Failure>(result).code, grpc::StatusCode::DEADLINE_EXCEEDED);
}

TEST(CancellationTest, StopAtAnyMomentEndsEveryCallOnce) {
  FakeGateway gateway;
  const WorkflowClient client(gateway.address());
  for (int i = 0; i < 200; ++i) {
    std::stop_source stop;
    std::future<CancelResult> future;
    {
      const std::jthread stopper([&stop] { stop.request_stop(); });
      future = CallAsync(client, {.execution_id = "e"}, {.timeout = kPatience}, stop.get_token());
    }
    const CancelResult result = Wait(std::move(future));
    if (const auto* failure = std::get_if<Failure>(&result)) {
      EXPECT_EQ(failure->code, grpc::StatusCode::CANCELLED);
    }
  }
}

}  // namespace
}  // namespace suprsend_gateway::client
