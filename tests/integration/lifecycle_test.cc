// Start, health, stop.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <cstdio>
#include <memory>
#include <string>

#include "tests/support/emulator.h"
#include "tests/support/gateway.h"
#include "tests/support/gateway_client.h"
#include "tests/support/http_call.h"
#include "tests/support/raw_upstream.h"
#include "tests/support/wire.h"

namespace suprsend_gateway::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

constexpr char kHealthCheck[] = "/grpc.health.v1.Health/Check";
constexpr char kReflection[] = "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo";
constexpr char kService[] = "suprsend.gateway.v1.WorkflowService";
// HealthCheckResponse{status: SERVING}.
const std::string kServing = wire::VarintField(1, 1);
const CancelRequest kRequest{.execution_id = "dsl_1"};

RawUpstream::Script AnswerOkAfter(milliseconds delay) {
  return [delay](const RawRequest&, RawConnection& connection) {
    connection.Wait(delay);
    connection.Send(HttpResponse(200, R"({"execution_ids":["dsl_1"]})"));
  };
}

std::string LastLine(const std::string& text) {
  const std::string trimmed = text.substr(0, text.find_last_not_of('\n') + 1);
  return trimmed.substr(trimmed.rfind('\n') + 1);
}

TEST(StartTest, SaysWhereItServes) {
  RawUpstream upstream(AnswerOkAfter(milliseconds(0)));
  Gateway gateway(upstream.Url("/hub"));
  EXPECT_THAT(gateway.ready_line(), StartsWith("suprsend-gateway 0.1.0 serving on 127.0.0.1:"));
  EXPECT_THAT(gateway.ready_line(), HasSubstr(", upstream " + upstream.Url("/hub/")));
  EXPECT_THAT(gateway.process().Stdout(), IsEmpty());
  // Starting asks nothing of upstream.
  EXPECT_EQ(upstream.ConnectionCount(), 0);
}

// The contract is 100 ms on a quiet machine. Here only a hang is a failure; the number is printed.
TEST(StartTest, IsQuick) {
  const auto start = std::chrono::steady_clock::now();
  Gateway gateway("http://127.0.0.1:9/");
  GatewayClient client(gateway.address());
  EXPECT_EQ(client.Call(kHealthCheck, "").body, kServing);
  const auto took = std::chrono::steady_clock::now() - start;
  std::printf("start to SERVING, seen by a client: %lld ms\n",
              static_cast<long long>(std::chrono::ceil<milliseconds>(took).count()));
  EXPECT_LT(took, seconds(10));
}

TEST(HealthTest, OfTheServerAndOfTheService) {
  Gateway gateway("http://127.0.0.1:9/");
  GatewayClient client(gateway.address());
  EXPECT_EQ(client.Call(kHealthCheck, "").body, kServing);
  EXPECT_EQ(client.Call(kHealthCheck, wire::BytesField(1, kService)).body, kServing);
  EXPECT_EQ(client.Call(kHealthCheck, wire::BytesField(1, "no.such.Service")).code, "NOT_FOUND");
}

TEST(HealthTest, ProbesOnTheAdminPort) {
  Gateway gateway("http://127.0.0.1:9/");
  EXPECT_EQ(HttpCall("GET", gateway.AdminUrl("/livez")).status, 200);
  EXPECT_EQ(HttpCall("GET", gateway.AdminUrl("/readyz")).status, 200);
  EXPECT_EQ(HttpCall("GET", gateway.AdminUrl("/metrics")).status, 200);
  EXPECT_EQ(HttpCall("GET", gateway.AdminUrl("/")).status, 404);
}

TEST(ReflectionTest, ListsTheServiceUnlessTurnedOff) {
  const std::string list_services = wire::BytesField(7, "");
  Gateway on("http://127.0.0.1:9/");
  EXPECT_THAT(GatewayClient(on.address()).Call(kReflection, list_services).body,
              HasSubstr(kService));
  const std::string file_of_symbol = wire::BytesField(4, kService);
  EXPECT_THAT(GatewayClient(on.address()).Call(kReflection, file_of_symbol).body,
              AllOf(HasSubstr("CancelWorkflowRequest"), HasSubstr("idempotency_key")));
  const std::string file_of_health = wire::BytesField(4, "grpc.health.v1.Health");
  EXPECT_THAT(GatewayClient(on.address()).Call(kReflection, file_of_health).body,
              AllOf(HasSubstr("HealthCheckRequest"), HasSubstr("NOT_SERVING")));

  Gateway off("http://127.0.0.1:9/", {"--reflection=false"});
  EXPECT_EQ(GatewayClient(off.address()).Call(kReflection, list_services).code, "UNIMPLEMENTED");
}

TEST(StopTest, WithNothingToDo) {
  Gateway gateway("http://127.0.0.1:9/");
  EXPECT_EQ(gateway.Stop(), 0);
  EXPECT_THAT(LastLine(gateway.process().Stderr()), StartsWith("suprsend-gateway stopped"));
}

TEST(StopTest, OnAnInterruptToo) {
  Gateway gateway("http://127.0.0.1:9/");
  gateway.process().Signal(SIGINT);
  EXPECT_EQ(gateway.process().WaitForExit(kPatience), 0);
}

TEST(StopTest, LetsCallsInFlightFinish) {
  constexpr size_t kCalls = 10;
  RawUpstream upstream(AnswerOkAfter(seconds(1)));
  Gateway gateway(upstream.Url());
  GatewayClient client(gateway.address());
  std::vector<std::unique_ptr<PendingCall>> calls;
  for (size_t i = 0; i < kCalls; ++i) calls.push_back(client.Start(kRequest));
  ASSERT_TRUE(upstream.WaitForRequests(kCalls, kPatience));

  EXPECT_EQ(gateway.Stop(), 0);
  for (const auto& call : calls) EXPECT_TRUE(call->Wait().ok()) << call->Wait();
  EXPECT_THAT(LastLine(gateway.process().Stderr()), StartsWith("suprsend-gateway stopped"));
  // Each has its record, the stop line comes last.
  for (const auto& call : calls) {
    EXPECT_TRUE(gateway.WaitForRecord(call->Wait().Trailer("x-request-id")).has_value());
  }
}

// A caller that went away left a POST behind that upstream never answers.
TEST(StopTest, IsNotHeldUpByASilentUpstream) {
  RawUpstream upstream([](const RawRequest&, RawConnection& connection) { connection.Stall(); });
  Gateway gateway(upstream.Url());
  GatewayClient client(gateway.address());
  const std::unique_ptr<PendingCall> call = client.Start(kRequest, {.deadline = seconds(5)});
  ASSERT_TRUE(upstream.WaitForRequests(1, kPatience));
  call->Cancel();
  EXPECT_EQ(gateway.Stop(), 0);
}

TEST(StopTest, WithClientsThatStayConnected) {
  RawUpstream upstream(AnswerOkAfter(milliseconds(0)));
  Gateway gateway(upstream.Url());
  std::vector<std::unique_ptr<GatewayClient>> clients;
  for (int i = 0; i < 20; ++i) {
    clients.push_back(std::make_unique<GatewayClient>(gateway.address()));
    EXPECT_TRUE(clients.back()->Cancel(kRequest).ok());
  }
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(gateway.Stop(), 0);
  EXPECT_LT(std::chrono::steady_clock::now() - start, seconds(10));
}

TEST(RestartTest, TheSamePortCanBeTakenAtOnce) {
  RawUpstream upstream(AnswerOkAfter(milliseconds(0)));
  std::string address;
  {
    Gateway first(upstream.Url());
    address = first.address();
    EXPECT_TRUE(GatewayClient(address).Cancel(kRequest).ok());
  }
  Gateway second(upstream.Url(), {"--listen=" + address});
  EXPECT_EQ(second.address(), address);
  EXPECT_TRUE(GatewayClient(address).Cancel(kRequest).ok());
}

TEST(RestartTest, ASecondGatewayOnTheSamePortIsRefused) {
  RawUpstream upstream(AnswerOkAfter(milliseconds(0)));
  Gateway first(upstream.Url());
  TempDir directory;
  Process second({GatewayBinary(), "--listen=" + first.address(), "--admin_listen=127.0.0.1:0",
                  "--upstream_url=" + upstream.Url(),
                  "--api_key_file=" + directory.Write("key", kApiKey)});
  EXPECT_EQ(second.WaitForExit(kPatience), 1);
  EXPECT_THAT(second.Stderr(), HasSubstr(first.address()));
}

}  // namespace
}  // namespace suprsend_gateway::testing
