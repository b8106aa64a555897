// The audit log: who wanted what cancelled, and what came of it, whoever was there to hear it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/integration/caller_harness.h"
#include "tests/support/metrics_text.h"
#include "tests/support/wait.h"

namespace suprsend_gateway::testing {
namespace {

using std::chrono::milliseconds;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr char kAuditUnavailable[] = "UNAVAILABLE/GATEWAY_AUDIT_UNAVAILABLE/NOT_APPLIED";
const CancelRequest kPinned{.execution_id = "dsl_1"};

class AuditTest : public CallerTest {
 protected:
  std::vector<std::string> AuditFlags(const std::string& log, int max_recipients = 2) const {
    const std::string rules = R"({"allow_open_calls": true, "max_recipients": )";
    std::vector<std::string> flags =
        PolicyFlags(PolicyFor({kBilling}, rules + std::to_string(max_recipients) + "}"));
    flags.push_back("--audit_log=" + log);
    flags.push_back("--audit_hmac_key_file=" + files_.Write("hmac", "0123456789abcdef\n"));
    return flags;
  }

  // The line with that text, once it is there; empty where it does not come.
  static std::string WaitForLine(const std::string& file, const std::string& text) {
    std::string line;
    WaitUntil([&] {
      const std::string content = ReadFile(file);
      const size_t at = content.find(text);
      const size_t line_end = at == content.npos ? at : content.find('\n', at);
      if (line_end == content.npos) return false;
      const size_t start = content.rfind('\n', at) + 1;
      line = content.substr(start, line_end - start);
      return true;
    });
    return line;
  }

  const std::string log_ = files_.Path("audit.log");
};

TEST_F(AuditTest, ACallIsRecordedWithoutAnAddress) {
  const Gateway gateway(upstream_.Url(), AuditFlags(log_));
  GatewayClient client(gateway.address(), billing());
  const CallReply reply = client.Cancel(
      {.recipients = {"canary@example.com"}, .idempotency_key = "canary-key", .workflow_slug = "s"},
      {.metadata = {{"traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}}});
  ASSERT_TRUE(reply.ok()) << reply;
  const std::string line = WaitForLine(log_, reply.Trailer("x-request-id"));
  // printf %s canary@example.com | openssl dgst -sha256 -hmac 0123456789abcdef
  const std::string hmac = "1c9c4787978ec88ab5402ae16cdb5fcab00aa9f80e3172b73354aa910b0474e4";
  EXPECT_THAT(line, AllOf(HasSubstr(std::string("\"caller\":\"") + kBilling + "\""),
                          HasSubstr("\"trace_id\":\"0af7651916cd43dd8448eb211c80319c\""),
                          HasSubstr("\"span_id\":\""),
                          HasSubstr("\"recipients\":[\"hmac-sha256:" + hmac + "\"]"),
                          HasSubstr("\"workflow_slug\":\"s\""), HasSubstr("\"code\":\"OK\""),
                          HasSubstr("\"execution_ids\":[\"dsl_1\"]")));
  EXPECT_THAT(ReadFile(log_), Not(HasSubstr("canary")));
}

TEST_F(AuditTest, WhoIsTurnedAwayIsRecordedAndABrokenRequestIsNot) {
  const Gateway gateway(upstream_.Url(), AuditFlags(log_));
  GatewayClient client(gateway.address(), billing());
  const ClientTls orders = Client("orders", std::string("URI:") + kOrders);
  const CallReply unknown = GatewayClient(gateway.address(), orders).Cancel(kPinned);
  const CallReply forbidden = client.Cancel({.recipients = {"a", "b", "c"}});
  const CallReply broken = client.Cancel({.execution_id = ""});
  const CallReply checked = client.Cancel({.execution_id = "d", .validate_only = true});
  EXPECT_THAT(WaitForLine(log_, unknown.request_id),
              AllOf(HasSubstr(std::string("\"caller\":\"") + kOrders + "\""),
                    HasSubstr("\"reason\":\"CALLER_NOT_ALLOWED\""), HasSubstr("\"filters\":{}")));
  EXPECT_THAT(WaitForLine(log_, forbidden.request_id),
              AllOf(HasSubstr("\"code\":\"PERMISSION_DENIED\""), HasSubstr("hmac-sha256:")));
  EXPECT_THAT(WaitForLine(log_, checked.Trailer("x-request-id")),
              HasSubstr("\"validate_only\":true"));
  EXPECT_THAT(ReadFile(log_), Not(HasSubstr(broken.request_id)));
}

size_t Count(const std::string& text, const std::string& part) {
  size_t count = 0;
  for (size_t at = 0; (at = text.find(part, at)) != text.npos; at += part.size()) ++count;
  return count;
}

CancelRequest ToRecipients(size_t count) {
  CancelRequest request;
  for (size_t i = 0; i < count; ++i) request.recipients.push_back("user-" + std::to_string(i));
  return request;
}

// A caller that may do nothing could fill the log's memory else.
TEST_F(AuditTest, OfACallThatWasNotSentAHundredRecipientsAreRecordedAndTheCountOfAll) {
  const Gateway gateway(upstream_.Url(), AuditFlags(log_, 200));
  GatewayClient client(gateway.address(), billing());
  CancelRequest checked = ToRecipients(200);
  checked.validate_only = true;
  struct Case {
    std::string request_id;
    size_t recorded;
    size_t count;
  };
  const Case cases[] = {
      {client.Cancel(ToRecipients(201)).request_id, 100, 201},
      {client.Cancel(checked).Trailer("x-request-id"), 100, 200},
      {client.Cancel(ToRecipients(200)).Trailer("x-request-id"), 200, 200},
  };
  for (const Case& tested : cases) {
    const std::string line = WaitForLine(log_, tested.request_id);
    EXPECT_EQ(Count(line, "\"hmac-sha256:"), tested.recorded) << line;
    EXPECT_THAT(line, HasSubstr("\"recipient_count\":" + std::to_string(tested.count) + "}"));
  }
}

TEST_F(AuditTest, ACallThatWasSentIsRecordedThoughItsCallerHasGone) {
  const auto gone = std::make_shared<std::atomic<bool>>(false);
  upstream_.SetScript([gone](const RawRequest& request, RawConnection& connection) {
    const bool is_awaited = request.body.find("dsl_1") != std::string::npos;
    if (is_awaited) WaitUntil([&] { return gone->load(); });
    if (is_awaited) connection.Wait(milliseconds(300));
    connection.Send(HttpResponse(200, R"({"execution_ids":["dsl_1","dsl_2"]})"));
  });
  const Gateway gateway(upstream_.Url(), AuditFlags(log_));
  GatewayClient client(gateway.address(), billing());
  const auto call = client.Start(kPinned);
  ASSERT_TRUE(upstream_.WaitForRequests(1, kPatience));
  call->Cancel();
  // On the same connection: so the gateway has read the cancel before it.
  EXPECT_TRUE(client.Cancel({.execution_id = "dsl_9"}).ok());
  *gone = true;
  EXPECT_THAT(WaitForLine(log_, "CALLER_CANCELLED"),
              AllOf(HasSubstr("\"outcome\":\"UNKNOWN\""), HasSubstr("\"caller_gone\":true"),
                    HasSubstr("\"execution_ids\":[\"dsl_1\",\"dsl_2\"]")));
}

TEST_F(AuditTest, SighupOpensTheFileAnew) {
  Gateway gateway(upstream_.Url(), AuditFlags(log_));
  GatewayClient client(gateway.address(), billing());
  const std::string first = client.Cancel(kPinned).Trailer("x-request-id");
  ASSERT_THAT(WaitForLine(log_, first), Not(IsEmpty()));
  std::filesystem::rename(log_, log_ + ".1");
  gateway.process().Signal(SIGHUP);
  ASSERT_TRUE(WaitUntil([&] { return std::filesystem::exists(log_); }));
  const std::string second = client.Cancel(kPinned).Trailer("x-request-id");
  EXPECT_THAT(WaitForLine(log_, second), Not(IsEmpty()));
  EXPECT_THAT(ReadFile(log_ + ".1"), AllOf(HasSubstr(first), Not(HasSubstr(second))));
}

// /dev/full: every write ends with "no space left".
TEST_F(AuditTest, AFullDiskLetsCallsGoOnAndIsTold) {
  Gateway gateway(upstream_.Url(), AuditFlags("/dev/full"));
  GatewayClient client(gateway.address(), billing());
  EXPECT_TRUE(client.Cancel(kPinned).ok());
  EXPECT_TRUE(
      WaitUntil([&] { return Sample(gateway.Metrics(), "suprsend_gateway_audit_failing") == 1; }));
  EXPECT_TRUE(client.Cancel(kPinned).ok());
  EXPECT_TRUE(gateway.process().WaitForLine(
      [](const std::string& line) { return line.find("audit log: cannot write to ") != line.npos; },
      kPatience));
}

TEST_F(AuditTest, AFullDiskRefusesCallsWhereThatIsWanted) {
  std::vector<std::string> flags = AuditFlags("/dev/full");
  flags.emplace_back("--audit_failure=closed");
  const Gateway gateway(upstream_.Url(), flags);
  GatewayClient client(gateway.address(), billing());
  EXPECT_TRUE(client.Cancel(kPinned).ok()) << "nobody knows yet";
  CallReply refused;
  EXPECT_TRUE(WaitUntil([&] { return !(refused = client.Cancel(kPinned)).ok(); }));
  EXPECT_EQ(refused.Verdict(), kAuditUnavailable);
  EXPECT_EQ(refused.retry_delay, std::chrono::seconds(1));
  const size_t before = upstream_.RequestCount();
  EXPECT_EQ(client.Cancel(kPinned).Verdict(), kAuditUnavailable);
  EXPECT_TRUE(client.Cancel({.execution_id = "dsl_1", .validate_only = true}).ok());
  EXPECT_EQ(upstream_.RequestCount(), before);
}

TEST_F(AuditTest, ItGoesOnOnceThereIsRoom) {
  std::filesystem::create_symlink("/dev/full", log_);
  std::vector<std::string> flags = AuditFlags(log_);
  flags.emplace_back("--audit_failure=closed");
  Gateway gateway(upstream_.Url(), flags);
  GatewayClient client(gateway.address(), billing());
  const std::string first = client.Cancel(kPinned).Trailer("x-request-id");
  ASSERT_TRUE(WaitUntil([&] { return !client.Cancel(kPinned).ok(); }));
  std::filesystem::remove(log_);
  gateway.process().Signal(SIGHUP);
  EXPECT_TRUE(WaitUntil([&] { return client.Cancel(kPinned).ok(); }));
  EXPECT_THAT(WaitForLine(log_, first), Not(IsEmpty())) << "what waited is not lost";
}

TEST_F(AuditTest, WhatCannotBeOpenedIsToldAtTheStart) {
  for (const auto& [flag, value] :
       {std::pair<std::string, std::string>{"--audit_log=", files_.Path("no/such/directory")},
        {"--audit_hmac_key_file=", files_.Path("missing")},
        {"--audit_hmac_key_file=", files_.Write("short", "canary")}}) {
    std::vector<std::string> argv = {
        GatewayBinary(), "--listen=127.0.0.1:0", "--admin_listen=127.0.0.1:0",
        "--upstream_url=" + upstream_.Url(), "--api_key_file=" + files_.Write("key", kApiKey)};
    for (const std::string& good : AuditFlags(log_)) argv.push_back(good);
    argv.push_back(flag + value);
    Process process(argv);
    EXPECT_EQ(process.WaitForExit(kPatience), 1);
    EXPECT_THAT(process.Stderr(), AllOf(HasSubstr(flag.substr(0, flag.size() - 1) + ": "),
                                        HasSubstr(value), Not(HasSubstr("canary"))));
  }
}

}  // namespace
}  // namespace suprsend_gateway::testing
