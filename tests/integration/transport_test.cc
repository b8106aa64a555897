// Connections that fail, go silent or die at the worst moment. Above all: one call is one POST.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/black_hole.h"
#include "tests/support/gateway.h"
#include "tests/support/gateway_client.h"
#include "tests/support/metrics_text.h"
#include "tests/support/nginx.h"
#include "tests/support/raw_upstream.h"

namespace suprsend_gateway::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::AnyOf;
using ::testing::Eq;
using ::testing::IsEmpty;

constexpr char kLost[] = "UNKNOWN/UPSTREAM_CONNECTION_LOST/UNKNOWN";
constexpr char kTimeout[] = "DEADLINE_EXCEEDED/UPSTREAM_TIMEOUT/UNKNOWN";
constexpr char kUnreachable[] = "UNAVAILABLE/UPSTREAM_UNREACHABLE/NOT_APPLIED";
const CancelRequest kRequest{.recipients = {"ann"}};
// A call with this key is bound to one trigger: the design lets only such calls be repeated one
// day.
const CancelRequest kPinnedRequest{.recipients = {"ann"}, .idempotency_key = "key-1"};

RawUpstream::Script AnswerOk() {
  return Always(HttpResponse(200, R"({"execution_ids":["dsl_1"]})"));
}

// The first request of each connection is answered, the next is `then`.
RawUpstream::Script OkOnceThen(RawUpstream::Script then) {
  return [ok = AnswerOk(), then = std::move(then)](const RawRequest& request,
                                                   RawConnection& connection) {
    (request.number_on_connection == 1 ? ok : then)(request, connection);
  };
}

RawUpstream::Script SendAndReset(std::string bytes) {
  return [bytes = std::move(bytes)](const RawRequest&, RawConnection& connection) {
    connection.Send(bytes);
    connection.Reset();
  };
}

RawUpstream::Script SendAndStall(std::string bytes) {
  return [bytes = std::move(bytes)](const RawRequest&, RawConnection& connection) {
    connection.Send(bytes);
    connection.Stall();
    connection.Close();
  };
}

constexpr char kHalfHeader[] = "HTTP/1.1 200 OK\r\nContent-Le";
constexpr char kHalfBody[] = "HTTP/1.1 200 OK\r\nContent-Length: 27\r\n\r\n{\"execution_ids\":[";

void ExpectDetails(const CallReply& reply, const std::string& attempts) {
  EXPECT_EQ(reply.domain, "suprsend-gateway");
  EXPECT_EQ(reply.Metadata("attempts"), attempts);
  EXPECT_THAT(reply.strange_details, IsEmpty());
  EXPECT_FALSE(reply.message.empty());
  EXPECT_FALSE(reply.request_id.empty());
  EXPECT_EQ(reply.Trailer("x-request-id"), reply.request_id);
}

TEST(TransportTest, NothingListens) {
  Gateway gateway("http://127.0.0.1:" + std::to_string(UnusedPort()));
  GatewayClient client(gateway.address());

  const CallReply reply = client.Cancel(kRequest);
  EXPECT_EQ(reply.Verdict(), kUnreachable) << reply;
  ExpectDetails(reply, "1");
  EXPECT_EQ(reply.Metadata("http_status"), "");
}

TEST(TransportTest, AHostThatDoesNotExist) {
  Gateway gateway("https://no-such-host.invalid/");
  GatewayClient client(gateway.address());
  const CallReply reply = client.Cancel(kRequest);
  // A resolver that hangs is a deadline, not an answer.
  EXPECT_THAT(reply.Verdict(),
              AnyOf(Eq(kUnreachable), Eq("DEADLINE_EXCEEDED/DEADLINE_BEFORE_SEND/NOT_APPLIED")))
      << reply;
}

class LostConnectionTest : public ::testing::Test {
 protected:
  // On a fresh connection each, the call ends so and upstream has seen one POST.
  void ExpectLostOnAFreshConnection(const std::string& name, const RawUpstream::Script& script,
                                    const ::testing::Matcher<std::string>& verdict) {
    for (const CancelRequest& request : {kRequest, kPinnedRequest}) {
      SCOPED_TRACE(name + " on a fresh connection");
      RawUpstream upstream(script);
      Gateway gateway(upstream.Url());
      const CallReply reply = GatewayClient(gateway.address()).Cancel(request);
      EXPECT_THAT(reply.Verdict(), verdict) << reply;
      ExpectDetails(reply, "1");
      EXPECT_EQ(reply.Trailer("grpc-retry-pushback-ms"), "-1");
      EXPECT_EQ(upstream.RequestCount(), 1U);
      // Nor does it come later.
      EXPECT_EQ(gateway.Stop(), 0);
      EXPECT_EQ(upstream.RequestCount(), 1U);
    }
  }

  // libcurl by itself sends a POST again when a reused connection dies without a byte of reply.
  void ExpectLostOnAReusedConnection(const std::string& name, const RawUpstream::Script& script,
                                     const ::testing::Matcher<std::string>& verdict) {
    for (const CancelRequest& request : {kRequest, kPinnedRequest}) {
      SCOPED_TRACE(name + " on a reused connection");
      RawUpstream upstream(OkOnceThen(script));
      Gateway gateway(upstream.Url());
      ASSERT_TRUE(GatewayClient(gateway.address()).Cancel(request).ok());
      ASSERT_EQ(upstream.RequestCount(), 1U);

      const CallReply reply = GatewayClient(gateway.address()).Cancel(request);
      EXPECT_THAT(reply.Verdict(), verdict) << reply;
      ExpectDetails(reply, "1");
      EXPECT_EQ(gateway.Stop(), 0);
      const std::vector<RawRequest> requests = upstream.Requests();
      ASSERT_EQ(requests.size(), 2U);
      // It was the case that is meant.
      EXPECT_EQ(requests[1].connection, requests[0].connection);
    }
  }
};

TEST_F(LostConnectionTest, ClosedAfterTheRequest) {
  ExpectLostOnAFreshConnection("close", SendAndClose(""), Eq(kLost));
  ExpectLostOnAReusedConnection("close", SendAndClose(""), Eq(kLost));
}

TEST_F(LostConnectionTest, ResetAfterTheRequest) {
  ExpectLostOnAFreshConnection("reset", SendAndReset(""), Eq(kLost));
  ExpectLostOnAReusedConnection("reset", SendAndReset(""), Eq(kLost));
}

TEST_F(LostConnectionTest, HalfAHeader) {
  for (const auto& [name, script] :
       {std::pair{"close", SendAndClose(kHalfHeader)},
        std::pair{"reset", SendAndReset(kHalfHeader)}, std::pair{"one byte", SendAndClose("H")}}) {
    ExpectLostOnAFreshConnection(name, script, Eq(kLost));
    ExpectLostOnAReusedConnection(name, script, Eq(kLost));
  }
}

// A status line is not yet a reply: nobody knows what its headers would have said.
TEST_F(LostConnectionTest, HalfAHeaderOfARefusal) {
  for (const std::string status : {"400", "401", "404", "409", "429", "503", "307"}) {
    ExpectLostOnAFreshConnection(
        status, SendAndClose("HTTP/1.1 " + status + " Status\r\nContent-Le"), Eq(kLost));
  }
}

TEST_F(LostConnectionTest, HalfABody) {
  const auto verdict = AnyOf(Eq(kLost), Eq("UNKNOWN/UPSTREAM_BAD_REPLY/UNKNOWN"));
  for (const auto& [name, script] :
       {std::pair{"close", SendAndClose(kHalfBody)}, std::pair{"reset", SendAndReset(kHalfBody)}}) {
    ExpectLostOnAFreshConnection(name, script, verdict);
    ExpectLostOnAReusedConnection(name, script, verdict);
  }
}

// An upstream that closes while idle: the next call may find the dead connection, and is then lost
// or goes out on a new one, but never twice.
TEST_F(LostConnectionTest, ClosedWhileIdle) {
  RawUpstream upstream([](const RawRequest&, RawConnection& connection) {
    connection.Send(HttpResponse(200, R"({"execution_ids":[]})"));
    connection.Close();
  });
  Gateway gateway(upstream.Url());
  GatewayClient client(gateway.address());
  constexpr size_t kCalls = 50;
  for (size_t i = 0; i < kCalls; ++i) {
    upstream.ForgetRequests();
    const CallReply reply = client.Cancel(kRequest);
    EXPECT_THAT(reply.Verdict(), AnyOf(Eq("OK//"), Eq(kLost)));
    EXPECT_EQ(upstream.RequestCount(), reply.ok() ? 1U : 0U) << reply;
  }
}

// Many at once on reused connections that all die: as many POSTs as calls.
TEST_F(LostConnectionTest, ManyAtOnceOnReusedConnections) {
  constexpr size_t kCalls = 20;
  RawUpstream upstream([](const RawRequest&, RawConnection& connection) {
    connection.Wait(milliseconds(200));
    connection.Send(HttpResponse(200, R"({"execution_ids":[]})"));
  });
  Gateway gateway(upstream.Url());
  std::optional<GatewayClient> client(std::in_place, gateway.address());
  const auto call_all = [&](std::string (*judge)(const CallReply&)) {
    std::vector<std::unique_ptr<PendingCall>> calls;
    for (size_t i = 0; i < kCalls; ++i) calls.push_back(client->Start(kRequest));
    std::vector<std::string> verdicts;
    for (const auto& call : calls) verdicts.push_back(judge(call->Wait()));
    return verdicts;
  };
  const auto verdict = [](const CallReply& reply) { return reply.Verdict(); };
  EXPECT_THAT(call_all(verdict), ::testing::Each("OK//"));
  EXPECT_EQ(upstream.RequestCount(), kCalls);

  upstream.SetScript(SendAndClose(""));
  upstream.ForgetRequests();
  EXPECT_THAT(call_all(verdict), ::testing::Each(kLost));
  client.reset();
  EXPECT_EQ(gateway.Stop(), 0);
  EXPECT_EQ(upstream.RequestCount(), kCalls);
}

// The gateway answers in time for its words to reach the caller: a deadline that passed at the
// caller's own library would come without details. It does where the machine was too busy for once.
CallReply CancelUntilHeard(GatewayClient& client, RawUpstream* upstream,
                           const CallOptions& options) {
  for (int tries = 1;; ++tries) {
    if (upstream != nullptr) upstream->ForgetRequests();
    CallReply reply = client.Cancel(kRequest, options);
    if (!reply.reason.empty() || tries == 5) return reply;
  }
}

class SilenceTest : public ::testing::Test {
 protected:
  void ExpectTimeout(const RawUpstream::Script& script, const std::vector<std::string>& flags,
                     const CallOptions& options) {
    RawUpstream upstream(script);
    Gateway gateway(upstream.Url(), flags);
    GatewayClient client(gateway.address());
    const CallReply reply = CancelUntilHeard(client, &upstream, options);
    EXPECT_EQ(reply.Verdict(), kTimeout) << reply;
    ExpectDetails(reply, "1");
    EXPECT_EQ(reply.Trailer("grpc-retry-pushback-ms"), "-1");
    EXPECT_EQ(upstream.RequestCount(), 1U);
    const std::optional<CallRecord> record = gateway.WaitForRecord(reply.request_id);
    ASSERT_TRUE(record.has_value());
    EXPECT_EQ(record->Verdict(), kTimeout);
    // Nearly two seconds, but for what has passed before it came.
    EXPECT_GE(record->duration_ms, 1'000);
    EXPECT_LT(record->duration_ms, 4'000);
  }
};

TEST_F(SilenceTest, UntilTheCallersDeadline) {
  ExpectTimeout(SendAndStall(""), {}, {.deadline = seconds(2)});
}

TEST_F(SilenceTest, UntilTheDefaultDeadline) {
  ExpectTimeout(SendAndStall(""), {"--default_deadline=2s"}, {.deadline = std::nullopt});
}

TEST_F(SilenceTest, UntilTheHighestDeadline) {
  ExpectTimeout(SendAndStall(""), {"--default_deadline=1s", "--max_deadline=2s"},
                {.deadline = seconds(3'600)});
}

TEST_F(SilenceTest, AfterHalfAHeader) {
  ExpectTimeout(SendAndStall(kHalfHeader), {"--default_deadline=2s"}, {.deadline = std::nullopt});
}

TEST_F(SilenceTest, AfterHalfABody) {
  ExpectTimeout(SendAndStall(kHalfBody), {"--default_deadline=2s"}, {.deadline = std::nullopt});
}

TEST_F(SilenceTest, ByteByByte) {
  ExpectTimeout(
      [](const RawRequest&, RawConnection& connection) {
        connection.Send("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
        for (int i = 0; i < 200; ++i) {
          connection.Send(" ");
          connection.Wait(milliseconds(50));
        }
        connection.Close();
      },
      {"--default_deadline=2s"}, {.deadline = std::nullopt});
}

// A deadline that leaves no 50 ms sends nothing, whether or not the answer still reaches the
// caller.
TEST(DeadlineTest, TooNearToSend) {
  RawUpstream upstream(AnswerOk());
  Gateway gateway(upstream.Url());
  std::optional<GatewayClient> client(std::in_place, gateway.address());
  ASSERT_TRUE(client->Cancel(kRequest).ok());
  upstream.ForgetRequests();

  bool heard = false;
  for (int i = 0; i < 100 && !heard; ++i) {
    const CallReply reply = client->Cancel(kRequest, {.deadline = milliseconds(60)});
    EXPECT_EQ(reply.code, "DEADLINE_EXCEEDED") << reply;
    if (reply.reason.empty()) continue;
    heard = true;
    EXPECT_EQ(reply.Verdict(), "DEADLINE_EXCEEDED/DEADLINE_BEFORE_SEND/NOT_APPLIED");
    ExpectDetails(reply, "0");
  }
  EXPECT_TRUE(heard);
  client.reset();
  EXPECT_EQ(gateway.Stop(), 0);
  EXPECT_EQ(upstream.RequestCount(), 0U);
}

TEST(CallerCancelTest, AfterSending) {
  RawUpstream upstream(SendAndStall(""));
  Gateway gateway(upstream.Url());
  GatewayClient client(gateway.address());

  const std::unique_ptr<PendingCall> call = client.Start(kRequest);
  ASSERT_TRUE(upstream.WaitForRequests(1, kPatience));
  call->Cancel();
  EXPECT_EQ(call->Wait().code, "CANCELLED");

  const std::optional<CallRecord> record = gateway.WaitForRecordWith("CALLER_CANCELLED");
  ASSERT_TRUE(record.has_value()) << gateway.process().Stderr();
  EXPECT_EQ(record->Verdict(), "CANCELLED/CALLER_CANCELLED/UNKNOWN");
  EXPECT_EQ(record->attempts, 1);
  EXPECT_EQ(upstream.RequestCount(), 1U);
}

// A connect that hangs leaves the request unsent, and a cancel then keeps it so.
TEST(CallerCancelTest, BeforeSending) {
  BlackHole upstream;
  Gateway gateway(upstream.Url(), {"--connect_timeout=20s"});
  GatewayClient client(gateway.address());
  const std::unique_ptr<PendingCall> call = client.Start(kRequest);
  // The call has reached the gateway when the gauge says so.
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (Sample(gateway.Metrics(), "suprsend_gateway_in_flight") != 1 &&
         std::chrono::steady_clock::now() < deadline) {
  }
  call->Cancel();
  EXPECT_EQ(call->Wait().code, "CANCELLED");
  const std::optional<CallRecord> record = gateway.WaitForRecordWith("\"code\":");
  ASSERT_TRUE(record.has_value()) << gateway.process().Stderr();
  EXPECT_EQ(record->Verdict(), "CANCELLED/CALLER_CANCELLED/NOT_APPLIED");
}

TEST(ConnectTest, HasItsOwnLimit) {
  BlackHole upstream;
  Gateway gateway(upstream.Url(), {"--connect_timeout=1s"});
  GatewayClient client(gateway.address());
  const auto start = std::chrono::steady_clock::now();
  const CallReply reply = client.Cancel(kRequest);
  const auto took = std::chrono::steady_clock::now() - start;
  EXPECT_EQ(reply.Verdict(), kUnreachable) << reply;
  ExpectDetails(reply, "1");
  EXPECT_GE(took, milliseconds(900));
  EXPECT_LT(took, seconds(9));
}

TEST(ConnectTest, IsBoundedByTheCallersDeadline) {
  BlackHole upstream;
  Gateway gateway(upstream.Url(), {"--connect_timeout=20s"});
  GatewayClient client(gateway.address());
  const CallReply reply = CancelUntilHeard(client, nullptr, {.deadline = seconds(2)});
  EXPECT_EQ(reply.Verdict(), "DEADLINE_EXCEEDED/DEADLINE_BEFORE_SEND/NOT_APPLIED") << reply;
  ExpectDetails(reply, "1");
}

// Calls in flight do not wait for one another.
TEST(ConcurrencyTest, ASlowCallHoldsNoOtherBack) {
  RawUpstream upstream([](const RawRequest& request, RawConnection& connection) {
    if (request.body.find("slow") != std::string::npos) connection.Wait(seconds(3));
    connection.Send(HttpResponse(200, R"({"execution_ids":[]})"));
  });
  Gateway gateway(upstream.Url());
  GatewayClient client(gateway.address());
  const std::unique_ptr<PendingCall> slow = client.Start({.recipients = {"slow"}});
  ASSERT_TRUE(upstream.WaitForRequests(1, kPatience));
  const auto start = std::chrono::steady_clock::now();
  EXPECT_TRUE(client.Cancel({.recipients = {"fast"}}).ok());
  EXPECT_LT(std::chrono::steady_clock::now() - start, seconds(2));
  EXPECT_TRUE(slow->Wait().ok());
}

}  // namespace
}  // namespace suprsend_gateway::testing
