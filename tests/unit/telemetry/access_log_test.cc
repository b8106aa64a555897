#include "service/telemetry/access_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace suprsend_gateway::telemetry {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const absl::Time kNoon = absl::FromUnixMillis(1'769'860'800'123);

TEST(AccessLogTest, ACallIsOneLineOfJson) {
  const CallRecord record{.request_id = "0123abcd",
                          .trace_id = "0af7651916cd43dd8448eb211c80319c",
                          .span_id = "b7ad6b7169203331",
                          .http_status = 200,
                          .attempts = {{"ok", std::chrono::milliseconds(1)}},
                          .duration = std::chrono::microseconds(1234),
                          .filters = {.execution_id = true, .recipients = 2},
                          .cancelled = 2};
  EXPECT_EQ(
      FormatAccessLog(record, kNoon),
      R"({"time":"2026-01-31T12:00:00.123Z","severity":"INFO","message":"CancelWorkflow",)"
      R"("request_id":"0123abcd","trace_id":"0af7651916cd43dd8448eb211c80319c",)"
      R"("span_id":"b7ad6b7169203331","code":"OK","reason":"","outcome":"",)"
      R"("http_status":200,"attempts":1,"duration_ms":1.234,"filters":["execution_id","recipients"],)"
      R"("recipients":2,"validate_only":false,"cancelled":2})");
}

TEST(AccessLogTest, TheTimeIsThatOfTheCallAlsoWhereClocksGoBack) {
  const auto time = [](absl::Duration later) {
    const std::string line = FormatAccessLog({}, kNoon + later);
    return line.substr(0, line.find(','));
  };
  EXPECT_EQ(time(absl::Milliseconds(876)), R"({"time":"2026-01-31T12:00:00.999Z")");
  EXPECT_EQ(time(absl::Milliseconds(877)), R"({"time":"2026-01-31T12:00:01.000Z")");
  EXPECT_EQ(time(-absl::Milliseconds(124)), R"({"time":"2026-01-31T11:59:59.999Z")");
  EXPECT_EQ(time(absl::Milliseconds(-122)), R"({"time":"2026-01-31T12:00:00.001Z")");
  EXPECT_EQ(time(absl::Hours(24)), R"({"time":"2026-02-01T12:00:00.123Z")");
}

TEST(AccessLogTest, AFailureNamesItsReasonAndOutcome) {
  const CallRecord record{.request_id = "r",
                          .code = "UNKNOWN",
                          .reason = "UPSTREAM_CONNECTION_LOST",
                          .outcome = "UNKNOWN",
                          .attempts = {{"connection_lost", std::chrono::milliseconds(5)},
                                       {"connection_lost", std::chrono::milliseconds(5)}},
                          .duration = std::chrono::seconds(12),
                          .filters = {.idempotency_key = true, .workflow_slug = true},
                          .validate_only = true};
  EXPECT_EQ(
      FormatAccessLog(record, kNoon),
      R"({"time":"2026-01-31T12:00:00.123Z","severity":"ERROR","message":"CancelWorkflow",)"
      R"("request_id":"r","trace_id":"","span_id":"","code":"UNKNOWN","reason":"UPSTREAM_CONNECTION_LOST",)"
      R"("outcome":"UNKNOWN","http_status":0,"attempts":2,"duration_ms":12000.0,)"
      R"("filters":["idempotency_key","workflow_slug"],"recipients":0,)"
      R"("validate_only":true})");
}

// "cancelled":0 is an answer of SuprSend's, and no answer is not that.
TEST(AccessLogTest, CancelledStandsWhereSuprSendSaidIt) {
  EXPECT_THAT(FormatAccessLog({.cancelled = 0}, kNoon), HasSubstr(R"("cancelled":0)"));
  EXPECT_THAT(FormatAccessLog({.outcome = "UNKNOWN", .cancelled = 3}, kNoon),
              HasSubstr(R"("cancelled":3)"));
  EXPECT_THAT(FormatAccessLog({}, kNoon), Not(HasSubstr("cancelled")));
}

TEST(AccessLogTest, SeverityFollowsTheOutcome) {
  const auto line = [](const char* outcome) {
    return FormatAccessLog({.outcome = outcome}, kNoon);
  };
  EXPECT_THAT(line(""), HasSubstr(R"("severity":"INFO")"));
  EXPECT_THAT(line("NOT_APPLIED"), HasSubstr(R"("severity":"WARNING")"));
  EXPECT_THAT(line("UNKNOWN"), HasSubstr(R"("severity":"ERROR")"));
}

TEST(AccessLogTest, StaysOneLineWhateverTheTextHolds) {
  const std::string line = FormatAccessLog({.request_id = "a\n\"\\\r\x01", .code = "OK"}, kNoon);
  EXPECT_THAT(line, HasSubstr(R"("request_id":"a\n\"\\\r\u0001")"));
  EXPECT_EQ(line.find_first_of("\r\n"), std::string::npos);
}

TEST(AccessLogTest, TimesAndDurationsAreInMilliseconds) {
  EXPECT_THAT(FormatAccessLog({}, absl::UnixEpoch()), HasSubstr("\"1970-01-01T00:00:00.000Z\""));
  EXPECT_THAT(FormatAccessLog({}, absl::FromUnixNanos(999'999'999)),
              HasSubstr("\"1970-01-01T00:00:00.999Z\""));
  EXPECT_THAT(FormatAccessLog({.duration = std::chrono::nanoseconds(0)}, kNoon),
              HasSubstr("\"duration_ms\":0.0,"));
  EXPECT_THAT(FormatAccessLog({.duration = std::chrono::microseconds(1500)}, kNoon),
              HasSubstr("\"duration_ms\":1.5,"));
}

}  // namespace
}  // namespace suprsend_gateway::telemetry
