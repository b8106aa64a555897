#include "service/telemetry/audit_record.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "service/security/hmac_key.h"

namespace suprsend_gateway::telemetry {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const absl::Time kNoon = absl::FromUnixMillis(1'769'860'800'123);

// Shows what it was asked for, which no real one does.
std::string FakeHmac(std::string_view text) { return "<" + std::string(text) + ">"; }

std::string Line(const AuditRecord& record) { return FormatAuditRecord(record, FakeHmac); }

TEST(AuditRecordTest, ACallIsOneLineOfJsonWithEveryFieldInIt) {
  const AuditRecord record{.time = kNoon,
                           .caller = "spiffe://example.com/orders",
                           .code = "UNKNOWN",
                           .reason = "UPSTREAM_TIMEOUT",
                           .outcome = "UNKNOWN",
                           .request_id = "0123abcd",
                           .trace_id = "4bf92f3577b34da6a3ce929d0e0e4736",
                           .span_id = "00f067aa0ba902b7",
                           .attempts = 2,
                           .execution_id = "exec",
                           .idempotency_key = "idem",
                           .workflow_slug = "reminder",
                           .recipients = {"ann", "bob"},
                           .recipient_count = 200,
                           .validate_only = true,
                           .execution_ids = {"run-1", "run-2"},
                           .cancelled_count = 3,
                           .caller_gone = true};
  EXPECT_EQ(Line(record),
            R"({"time":"2026-01-31T12:00:00.123Z","type":"audit","message":"CancelWorkflow",)"
            R"("caller":"spiffe://example.com/orders","request_id":"0123abcd",)"
            R"("trace_id":"4bf92f3577b34da6a3ce929d0e0e4736","span_id":"00f067aa0ba902b7",)"
            R"("code":"UNKNOWN",)"
            R"("reason":"UPSTREAM_TIMEOUT","outcome":"UNKNOWN","attempts":2,)"
            R"("filters":{"execution_id":"exec",)"
            R"("recipients":["hmac-sha256:<ann>","hmac-sha256:<bob>"],"recipient_count":200,)"
            R"("idempotency_key":"hmac-sha256:<idem>","workflow_slug":"reminder"},)"
            R"("validate_only":true,"execution_ids":["run-1","run-2"],"cancelled_count":3,)"
            R"("caller_gone":true})");
}

TEST(AuditRecordTest, WhatIsNotSetIsAbsent) {
  EXPECT_EQ(Line({.time = kNoon, .code = "UNAUTHENTICATED", .request_id = "r"}),
            R"({"time":"2026-01-31T12:00:00.123Z","type":"audit","message":"CancelWorkflow",)"
            R"("caller":"","request_id":"r","trace_id":"","span_id":"","code":"UNAUTHENTICATED",)"
            R"("reason":"",)"
            R"("outcome":"","attempts":0,"filters":{},"validate_only":false,"caller_gone":false})");
}

TEST(AuditRecordTest, EachFilterStandsAlone) {
  EXPECT_THAT(Line({.execution_id = "e"}), HasSubstr(R"("filters":{"execution_id":"e"})"));
  EXPECT_THAT(Line({.idempotency_key = "i"}),
              HasSubstr(R"("filters":{"idempotency_key":"hmac-sha256:<i>"})"));
  EXPECT_THAT(Line({.workflow_slug = "w"}), HasSubstr(R"("filters":{"workflow_slug":"w"})"));
  EXPECT_THAT(Line({.recipients = {"a"}, .recipient_count = 1}),
              HasSubstr(R"("filters":{"recipients":["hmac-sha256:<a>"],"recipient_count":1})"));
}

// No run was cancelled, or it is not known: not the same.
TEST(AuditRecordTest, NothingCancelledIsNotTheSameAsNotKnown) {
  EXPECT_THAT(Line({.cancelled_count = 0}), HasSubstr(R"("execution_ids":[],"cancelled_count":0)"));
  EXPECT_THAT(Line({}), Not(HasSubstr("execution_ids")));
  EXPECT_THAT(Line({}), Not(HasSubstr("cancelled_count")));
  EXPECT_THAT(Line({.execution_ids = {"run"}}), HasSubstr(R"("execution_ids":["run"],"caller)"));
}

TEST(AuditRecordTest, AddressesAreFoundByTheirHmacOnly) {
  const security::HmacKey key("0123456789abcdef");
  const std::string line =
      FormatAuditRecord({.idempotency_key = "order-7-bob@example.com",
                         .recipients = {"ann@example.com", "+4915112345678"}},
                        [&key](std::string_view text) { return key.HexHmacSha256(text); });
  EXPECT_THAT(line, HasSubstr("\"hmac-sha256:" + key.HexHmacSha256("ann@example.com") + "\""));
  EXPECT_THAT(line, HasSubstr("\"hmac-sha256:" + key.HexHmacSha256("order-7-bob@example.com")));
  for (const char* personal : {"ann", "bob", "@", "4915112345678", "0123456789abcdef"}) {
    EXPECT_THAT(line, Not(HasSubstr(personal)));
  }
}

TEST(AuditRecordTest, HasAnHmacForEachOfFortyThousandRecipients) {
  const security::HmacKey key("0123456789abcdef");
  AuditRecord record;
  for (int i = 0; i < 40'000; ++i) record.recipients.push_back("user-" + std::to_string(i));
  const std::string line =
      FormatAuditRecord(record, [&key](std::string_view text) { return key.HexHmacSha256(text); });
  constexpr size_t kEach = sizeof("\"hmac-sha256:\",") - 1 + 64;
  EXPECT_EQ(line.size(), FormatAuditRecord(
                             {.recipients = {"a"}},
                             [&key](std::string_view text) {
                               return key.HexHmacSha256(text);
                             }).size() +
                             39'999 * kEach);
  EXPECT_THAT(line, HasSubstr(key.HexHmacSha256("user-0") +
                              "\",\"hmac-sha256:" + key.HexHmacSha256("user-1") + "\","));
  EXPECT_THAT(line, HasSubstr("," + ("\"hmac-sha256:" + key.HexHmacSha256("user-39999")) + "\"]"));
}

TEST(AuditRecordTest, StaysOneLineWhateverTheTextHolds) {
  const std::string hostile("a\n\"\\\r\x01\0b", 8);
  const std::string line = Line({.caller = hostile,
                                 .request_id = hostile,
                                 .execution_id = hostile,
                                 .workflow_slug = hostile,
                                 .recipients = {hostile},
                                 .execution_ids = {hostile}});
  EXPECT_THAT(line, HasSubstr(R"("caller":"a\n\"\\\r\u0001\u0000b")"));
  EXPECT_EQ(std::count_if(line.begin(), line.end(), [](char c) { return c >= 0 && c < 0x20; }), 0);
}

TEST(AuditRecordTest, BytesThatAreNoTextAreReplaced) {
  EXPECT_THAT(Line({.caller = "a\xff\xc3", .execution_ids = {"\xed\xa0\x80gr\xc3\xbc"}}),
              HasSubstr("\"caller\":\"a\xEF\xBF\xBD\xEF\xBF\xBD\""));
  EXPECT_THAT(Line({.execution_ids = {"\xffgr\xc3\xbc\xc3\x9f"}}),
              HasSubstr("[\"\xEF\xBF\xBDgr\xc3\xbc\xc3\x9f\"]"));
}

TEST(AuditRecordTest, ItsSizeCountsEveryText) {
  const size_t empty = SizeInMemory({});
  EXPECT_GE(empty, sizeof(AuditRecord));
  const std::string text(1000, 'x');
  EXPECT_EQ(SizeInMemory({.caller = text,
                          .code = text,
                          .reason = text,
                          .outcome = text,
                          .request_id = text,
                          .trace_id = text,
                          .span_id = text,
                          .execution_id = text,
                          .idempotency_key = text,
                          .workflow_slug = text}),
            empty + 10000);
  EXPECT_GE(SizeInMemory({.recipients = {text, text}, .execution_ids = {text}}), empty + 3000);
  EXPECT_GE(SizeInMemory({.recipients = std::vector<std::string>(1000)}), empty + 1000);
}

}  // namespace
}  // namespace suprsend_gateway::telemetry
