// Cancels end to end: a real client, the real gateway, and the emulator's runs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/emulator.h"
#include "tests/support/gateway.h"
#include "tests/support/gateway_client.h"
#include "tests/support/raw_upstream.h"

namespace suprsend_gateway::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;
using ::testing::UnorderedElementsAreArray;

constexpr char kNothingCancelled[] = R"({"execution_ids":[]})";

TEST(CancelTest, CancelsTheMatchingRunsExactlyOnce) {
  Emulator emulator;
  Gateway gateway(emulator.url());
  GatewayClient client(gateway.address());
  const std::vector<std::string> ids = emulator.Trigger("order-confirmation", {"ann", "bob"});
  ASSERT_EQ(ids.size(), 2U);

  const CallReply first = client.Cancel({.recipients = {"ann"}});
  EXPECT_TRUE(first.ok()) << first;
  EXPECT_THAT(first.execution_ids, ElementsAre(ids[0]));
  EXPECT_EQ(first.cancelled_count, 1);
  EXPECT_FALSE(first.may_be_incomplete);
  EXPECT_FALSE(first.Trailer("x-request-id").empty());
  EXPECT_THAT(emulator.RunningIds(), ElementsAre(ids[1]));

  const CallReply second = client.Cancel({.recipients = {"ann"}});
  EXPECT_TRUE(second.ok()) << second;
  EXPECT_THAT(second.execution_ids, IsEmpty());
  EXPECT_EQ(second.cancelled_count, 0);
  EXPECT_FALSE(second.may_be_incomplete);
  EXPECT_NE(second.Trailer("x-request-id"), first.Trailer("x-request-id"));
  EXPECT_THAT(emulator.RunningIds(), ElementsAre(ids[1]));
  EXPECT_EQ(emulator.CancelRequests().size(), 2U);
  EXPECT_EQ(emulator.Runs()[0].times_cancelled, 1);
  EXPECT_EQ(emulator.Runs()[1].times_cancelled, 0);
}

TEST(CancelTest, LogsOneRecordACall) {
  Emulator emulator;
  Gateway gateway(emulator.url());
  GatewayClient client(gateway.address());
  const std::vector<std::string> ids = emulator.Trigger("order-confirmation", {"ann", "bob"});
  ASSERT_EQ(ids.size(), 2U);

  const CallReply reply =
      client.Cancel({.recipients = {"ann", "bob"}, .workflow_slug = "order-confirmation"});
  ASSERT_TRUE(reply.ok()) << reply;

  const std::optional<CallRecord> record = gateway.WaitForRecord(reply.Trailer("x-request-id"));
  ASSERT_TRUE(record.has_value()) << gateway.process().Stderr();
  EXPECT_EQ(record->message, "CancelWorkflow");
  EXPECT_FALSE(record->time.empty());
  EXPECT_FALSE(record->severity.empty());
  EXPECT_EQ(record->Verdict(), "OK//");
  EXPECT_EQ(record->http_status, 200);
  EXPECT_EQ(record->attempts, 1);
  EXPECT_GT(record->duration_ms, 0);
  EXPECT_THAT(record->filters, ElementsAre("recipients", "workflow_slug"));
  EXPECT_EQ(record->recipients, 2);
  EXPECT_FALSE(record->validate_only);
  EXPECT_EQ(record->cancelled, 2);
}

// Every combination of filters narrows as SuprSend narrows: 16 runs, of which each filter alone
// matches some and all together one.
TEST(CancelTest, EveryCombinationOfFiltersCancelsWhatItNames) {
  Emulator emulator({"--accept_slug_alone"});
  Gateway gateway(emulator.url());
  GatewayClient client(gateway.address());

  for (unsigned mask = 1; mask < 16; ++mask) {
    SCOPED_TRACE("filters " + std::to_string(mask));
    // Names of this round alone, so that runs of other rounds do not match.
    const std::string round = std::to_string(mask);
    struct Started {
      std::string id, workflow, recipient, key;
    };
    std::vector<Started> started;
    for (const std::string workflow : {"slug-a-", "slug-b-"}) {
      for (const std::string key : {"key-a-", "key-b-"}) {
        const std::vector<std::string> recipients = {"ann-" + round, "bob-" + round};
        // A key belongs to one trigger.
        const std::string trigger_key = key + workflow + round;
        const std::vector<std::string> ids =
            emulator.Trigger(workflow + round, recipients, trigger_key);
        ASSERT_EQ(ids.size(), 2U);
        for (size_t i = 0; i < ids.size(); ++i) {
          started.push_back({ids[i], workflow + round, recipients[i], trigger_key});
        }
      }
    }

    const Started& target = started.front();
    CancelRequest request;
    if ((mask & 1) != 0) request.execution_id = target.id;
    if ((mask & 2) != 0) request.recipients = {target.recipient};
    if ((mask & 4) != 0) request.idempotency_key = target.key;
    if ((mask & 8) != 0) request.workflow_slug = target.workflow;
    std::vector<std::string> expected;
    std::vector<std::string> left;
    for (const Started& run : started) {
      const bool matches = ((mask & 1) == 0 || run.id == target.id) &&
                           ((mask & 2) == 0 || run.recipient == target.recipient) &&
                           ((mask & 4) == 0 || run.key == target.key) &&
                           ((mask & 8) == 0 || run.workflow == target.workflow);
      (matches ? expected : left).push_back(run.id);
    }

    const CallReply reply = client.Cancel(request);
    EXPECT_TRUE(reply.ok()) << reply;
    EXPECT_THAT(reply.execution_ids, UnorderedElementsAreArray(expected));
    EXPECT_EQ(reply.cancelled_count, static_cast<int64_t>(expected.size()));
    EXPECT_EQ(emulator.CancelRequests().back().body, ExpectedJson(request));
    // What other rounds left is running too: look at this round's runs only.
    std::vector<std::string> running_now;
    for (const std::string& id : emulator.RunningIds()) {
      for (const Started& run : started) {
        if (run.id == id) running_now.push_back(id);
      }
    }
    EXPECT_THAT(running_now, UnorderedElementsAreArray(left));
  }
}

TEST(CancelTest, ASlugAloneIsForUpstreamToDecide) {
  Emulator emulator;
  Gateway gateway(emulator.url());
  GatewayClient client(gateway.address());
  const std::vector<std::string> ids = emulator.Trigger("order-confirmation", {"ann"});

  const CallReply reply = client.Cancel({.workflow_slug = "order-confirmation"});
  EXPECT_EQ(reply.Verdict(), "INVALID_ARGUMENT/UPSTREAM_REJECTED/NOT_APPLIED") << reply;
  EXPECT_EQ(reply.Metadata("http_status"), "400");
  EXPECT_EQ(reply.Metadata("upstream_code"), "400");
  EXPECT_EQ(reply.Metadata("upstream_message"),
            "at least one filter is required: execution_id, recipients, idempotency_key");
  EXPECT_EQ(emulator.RunningIds(), ids);
  EXPECT_EQ(emulator.CancelRequests().size(), 1U);
}

TEST(CancelTest, AWrongKeyIsTheGatewaysFault) {
  Emulator emulator;
  TempDir directory;
  Gateway gateway(emulator.url(),
                  {"--api_key_file=" + directory.Write("other_key", "another_key_0000")});
  GatewayClient client(gateway.address());
  const std::vector<std::string> ids = emulator.Trigger("order-confirmation", {"ann"});

  const CallReply reply = client.Cancel({.recipients = {"ann"}});
  EXPECT_EQ(reply.Verdict(), "INTERNAL/UPSTREAM_CREDENTIALS_REJECTED/NOT_APPLIED") << reply;
  EXPECT_EQ(reply.Metadata("http_status"), "401");
  EXPECT_EQ(emulator.RunningIds(), ids);
}

// The worst moment: the runs are gone, and nobody says so. The caller hears that it is not known,
// and nothing is sent again, on a fresh connection and on a reused one.
TEST(CancelTest, AReplyThatIsLostAfterApplyingIsUnknown) {
  Emulator emulator;
  Gateway gateway(emulator.url());
  GatewayClient client(gateway.address());
  for (const std::string name : {"fresh", "reused"}) {
    SCOPED_TRACE(name);
    const size_t requests_before = emulator.CancelRequests().size();
    const std::vector<std::string> ids = emulator.Trigger("order-confirmation", {name});
    emulator.SetFaults(R"([{"drop":"after","body_contains":")" + name + R"("}])");
    const CallReply lost = client.Cancel({.recipients = {name}});
    EXPECT_EQ(lost.Verdict(), "UNKNOWN/UPSTREAM_CONNECTION_LOST/UNKNOWN") << lost;
    EXPECT_EQ(lost.Trailer("grpc-retry-pushback-ms"), "-1");
    EXPECT_THAT(emulator.RunningIds(), IsEmpty());
    EXPECT_EQ(emulator.CancelRequests().size(), requests_before + 1);

    emulator.SetFaults("[]");
    const CallReply again = client.Cancel({.recipients = {name}});
    EXPECT_TRUE(again.ok()) << again;
    EXPECT_THAT(again.execution_ids, IsEmpty());
  }
}

TEST(CancelTest, ARequestThatIsLostBeforeApplyingIsUnknownToo) {
  Emulator emulator;
  Gateway gateway(emulator.url());
  GatewayClient client(gateway.address());
  EXPECT_TRUE(client.Cancel({.recipients = {"nobody"}}).ok());
  const std::vector<std::string> ids = emulator.Trigger("order-confirmation", {"ann"});
  emulator.SetFaults(R"([{"drop":"before"}])");
  const CallReply lost = client.Cancel({.recipients = {"ann"}});
  EXPECT_EQ(lost.Verdict(), "UNKNOWN/UPSTREAM_CONNECTION_LOST/UNKNOWN") << lost;
  EXPECT_EQ(emulator.RunningIds(), ids);
  EXPECT_EQ(emulator.CancelRequests().size(), 2U);
}

// What upstream gets, to the byte.
TEST(CancelTest, SendsOnePostAsSuprSendDocumentsIt) {
  RawUpstream upstream(Always(HttpResponse(200, kNothingCancelled)));
  Gateway gateway(upstream.Url());
  GatewayClient client(gateway.address());

  for (unsigned mask = 1; mask < 16; ++mask) {
    SCOPED_TRACE("filters " + std::to_string(mask));
    upstream.ForgetRequests();
    CancelRequest request;
    if ((mask & 1) != 0) request.execution_id = "dsl_1-2-3";
    if ((mask & 2) != 0) request.recipients = {"user_123", "user@example.com", "user_123"};
    if ((mask & 4) != 0) request.idempotency_key = "a1b2c3d4";
    if ((mask & 8) != 0) request.workflow_slug = "order-confirmation";

    const CallReply reply = client.Cancel(request);
    EXPECT_TRUE(reply.ok()) << reply;
    const std::vector<RawRequest> requests = upstream.Requests();
    ASSERT_EQ(requests.size(), 1U);
    EXPECT_EQ(requests[0].method, "POST");
    EXPECT_EQ(requests[0].target, "/v1/workflow_run/cancel/");
    EXPECT_EQ(requests[0].Header("authorization"), std::string("Bearer ") + kApiKey);
    EXPECT_EQ(requests[0].Header("content-type"), "application/json");
    EXPECT_EQ(requests[0].Header("host"), "127.0.0.1:" + std::to_string(upstream.port()));
    EXPECT_EQ(requests[0].Header("expect"), "");
    EXPECT_EQ(requests[0].Header("transfer-encoding"), "");
    EXPECT_EQ(requests[0].body, ExpectedJson(request));
  }
  // All went over one connection.
  EXPECT_EQ(upstream.ConnectionCount(), 1);
}

TEST(CancelTest, PathHasExactlyOneSlashAtItsEnd) {
  const std::vector<std::pair<std::string, std::string>> prefixes = {
      {"", "/v1/workflow_run/cancel/"},
      {"/", "/v1/workflow_run/cancel/"},
      {"/hub", "/hub/v1/workflow_run/cancel/"},
      {"/hub/", "/hub/v1/workflow_run/cancel/"},
      {"/a/b.c", "/a/b.c/v1/workflow_run/cancel/"},
      {"/a/b.c/", "/a/b.c/v1/workflow_run/cancel/"},
  };
  for (const auto& [prefix, target] : prefixes) {
    SCOPED_TRACE("prefix '" + prefix + "'");
    RawUpstream upstream(Always(HttpResponse(200, kNothingCancelled)));
    Gateway gateway(upstream.Url(prefix));
    GatewayClient client(gateway.address());

    EXPECT_TRUE(client.Cancel({.execution_id = "dsl_1"}).ok());
    ASSERT_EQ(upstream.RequestCount(), 1U);
    EXPECT_EQ(upstream.Requests()[0].target, target);
  }
}

TEST(CancelTest, ValuesReachUpstreamByteForByte) {
  RawUpstream upstream(Always(HttpResponse(200, kNothingCancelled)));
  Gateway gateway(upstream.Url());
  GatewayClient client(gateway.address());

  // Left as it is by JSON: no trimming, no case folding, no normalising, no escaping of '/', no
  // loss at a '%' or beyond the basic plane.
  const std::vector<std::string> plain = {" leading and trailing ",
                                          "MiXeD",
                                          "caf\u00e9 cafe\u0301",
                                          "\U0001f600",
                                          "a/b?c=d&e%20f#g",
                                          "<script>'",
                                          "null",
                                          "a\u2028b",
                                          "\u200bx"};
  for (const std::string& value : plain) {
    SCOPED_TRACE(value);
    upstream.ForgetRequests();
    EXPECT_TRUE(client.Cancel({.recipients = {value}}).ok());
    ASSERT_EQ(upstream.RequestCount(), 1U);
    EXPECT_EQ(upstream.Requests()[0].body, "{\"recipients\":[\"" + value + "\"]}");
  }

  upstream.ForgetRequests();
  EXPECT_TRUE(client.Cancel({.execution_id = R"(a"b\c)"}).ok());
  ASSERT_EQ(upstream.RequestCount(), 1U);
  EXPECT_EQ(upstream.Requests()[0].body, R"({"execution_id":"a\"b\\c"})");
}

TEST(CancelTest, ValidateOnlySendsNothing) {
  Emulator emulator;
  Gateway gateway(emulator.url());
  GatewayClient client(gateway.address());
  const std::vector<std::string> ids = emulator.Trigger("order-confirmation", {"ann"});

  const CallReply reply = client.Cancel({.recipients = {"ann"}, .validate_only = true});
  EXPECT_TRUE(reply.ok()) << reply;
  EXPECT_EQ(reply.body, "");
  EXPECT_EQ(emulator.RunningIds(), ids);
  EXPECT_THAT(emulator.CancelRequests(), IsEmpty());

  const std::optional<CallRecord> record = gateway.WaitForRecord(reply.Trailer("x-request-id"));
  ASSERT_TRUE(record.has_value());
  EXPECT_EQ(record->Verdict(), "OK//");
  EXPECT_TRUE(record->validate_only);
  EXPECT_EQ(record->attempts, 0);
}

TEST(CancelTest, AProxyOfTheEnvironmentIsNotUsed) {
  RawUpstream upstream(Always(HttpResponse(200, kNothingCancelled)));
  RawUpstream proxy(Always(HttpResponse(200, kNothingCancelled)));
  Gateway gateway(upstream.Url(), {},
                  {{"http_proxy", proxy.Url()}, {"all_proxy", proxy.Url()}, {"no_proxy", ""}});
  GatewayClient client(gateway.address());

  EXPECT_TRUE(client.Cancel({.execution_id = "dsl_1"}).ok());
  EXPECT_EQ(upstream.RequestCount(), 1U);
  EXPECT_EQ(proxy.ConnectionCount(), 0);
}

}  // namespace
}  // namespace suprsend_gateway::testing
