#include "service/telemetry/metrics.h"

#include <gtest/gtest.h>

#include <ctime>
#include <thread>
#include <vector>

#include "tests/support/metrics_text.h"

namespace suprsend_gateway::telemetry {
namespace {

using std::chrono::milliseconds;
using testing::HasMetric;
using testing::Sample;
using testing::SampleSum;

const testing::Labels kOk{{"code", "OK"}, {"reason", ""}, {"outcome", ""}};

TEST(MetricsTest, HasASeriesForEachFailureThatIsKnown) {
  Metrics metrics("1", {{"ABORTED", "UPSTREAM_CONFLICT", "NOT_APPLIED", "conflict"},
                        {"UNKNOWN", "UPSTREAM_ERROR", "UNKNOWN", "upstream_error"}});
  const testing::Labels conflict{
      {"code", "ABORTED"}, {"reason", "UPSTREAM_CONFLICT"}, {"outcome", "NOT_APPLIED"}};
  const auto calls = [&] {
    return Sample(metrics.Serialize(), "suprsend_gateway_calls_total", conflict);
  };
  const auto attempts = [&] {
    return Sample(metrics.Serialize(), "suprsend_gateway_upstream_attempts_total",
                  {{"kind", "conflict"}});
  };
  EXPECT_EQ(calls(), 0);
  EXPECT_EQ(attempts(), 0);
  metrics.CallEnded({.code = "ABORTED",
                     .reason = "UPSTREAM_CONFLICT",
                     .outcome = "NOT_APPLIED",
                     .attempts = {{"conflict", milliseconds(1)}}});
  EXPECT_EQ(calls(), 1);
  EXPECT_EQ(attempts(), 1);
}

TEST(MetricsTest, CountsRunsThatWereCancelledAndAnswersThatNameNone) {
  Metrics metrics("1");
  metrics.CallEnded({.cancelled = 5});
  metrics.CallEnded({.cancelled = 0});
  metrics.CallEnded({.validate_only = true});
  EXPECT_EQ(Sample(metrics.Serialize(), "suprsend_gateway_cancelled_runs_total"), 5);
  EXPECT_EQ(Sample(metrics.Serialize(), "suprsend_gateway_empty_replies_total"), 1);
}

TEST(MetricsTest, CountsLinesLostAsTheLogDoes) {
  Metrics metrics("1");
  metrics.SetLogLinesDropped(3);
  metrics.SetLogLinesDropped(3);
  metrics.SetLogLinesDropped(10);
  EXPECT_EQ(Sample(metrics.Serialize(), "suprsend_gateway_log_lines_dropped_total"), 10);
}

TEST(MetricsTest, HasItsSeriesBeforeTheFirstCall) {
  const Metrics metrics("1.2.3");
  const std::string text = metrics.Serialize();
  EXPECT_TRUE(HasMetric(text, "suprsend_gateway_calls_total", "counter"));
  EXPECT_TRUE(HasMetric(text, "suprsend_gateway_call_duration_seconds", "histogram"));
  EXPECT_TRUE(HasMetric(text, "suprsend_gateway_upstream_attempts_total", "counter"));
  EXPECT_TRUE(HasMetric(text, "suprsend_gateway_upstream_attempt_duration_seconds", "histogram"));
  EXPECT_TRUE(HasMetric(text, "suprsend_gateway_in_flight", "gauge"));
  EXPECT_EQ(Sample(text, "suprsend_gateway_calls_total", kOk), 0);
  EXPECT_EQ(Sample(text, "suprsend_gateway_upstream_attempts_total", {{"kind", "ok"}}), 0);
  EXPECT_EQ(Sample(text, "suprsend_gateway_in_flight"), 0);
  EXPECT_EQ(Sample(text, "suprsend_gateway_build_info", {{"version", "1.2.3"}}), 1);
  EXPECT_TRUE(HasMetric(text, "suprsend_gateway_audit_records_total", "counter"));
  EXPECT_EQ(Sample(text, "suprsend_gateway_audit_records_total", {{"result", "written"}}), 0);
  EXPECT_EQ(Sample(text, "suprsend_gateway_audit_records_total", {{"result", "dropped"}}), 0);
  EXPECT_EQ(Sample(text, "suprsend_gateway_audit_failing"), 0);
}

TEST(MetricsTest, CountsAuditRecordsByWhatBecameOfThem) {
  Metrics metrics("1");
  metrics.AuditRecordsWritten(3);
  metrics.AuditRecordsDropped(2);
  metrics.SetAuditFailing(true);
  const std::string text = metrics.Serialize();
  EXPECT_EQ(Sample(text, "suprsend_gateway_audit_records_total", {{"result", "written"}}), 3);
  EXPECT_EQ(Sample(text, "suprsend_gateway_audit_records_total", {{"result", "dropped"}}), 2);
  EXPECT_EQ(Sample(text, "suprsend_gateway_audit_failing"), 1);
  metrics.SetAuditFailing(false);
  EXPECT_EQ(Sample(metrics.Serialize(), "suprsend_gateway_audit_failing"), 0);
}

TEST(MetricsTest, CountsCallsAndAttemptsByHowTheyEnded) {
  Metrics metrics("1");
  for (int i = 0; i < 3; ++i) metrics.CallStarted();
  metrics.CallEnded({.attempts = {{"ok", milliseconds(20)}}, .duration = milliseconds(30)});
  metrics.CallEnded({.code = "UNKNOWN",
                     .reason = "UPSTREAM_ERROR",
                     .outcome = "UNKNOWN",
                     .attempts = {{"upstream_error", milliseconds(2000)}, {"ok", milliseconds(3)}},
                     .duration = milliseconds(2500)});
  const std::string text = metrics.Serialize();
  EXPECT_EQ(Sample(text, "suprsend_gateway_in_flight"), 1);
  EXPECT_EQ(Sample(text, "suprsend_gateway_calls_total", kOk), 1);
  EXPECT_EQ(Sample(text, "suprsend_gateway_calls_total",
                   {{"code", "UNKNOWN"}, {"reason", "UPSTREAM_ERROR"}, {"outcome", "UNKNOWN"}}),
            1);
  EXPECT_EQ(Sample(text, "suprsend_gateway_upstream_attempts_total", {{"kind", "ok"}}), 2);
  EXPECT_EQ(Sample(text, "suprsend_gateway_upstream_attempts_total", {{"kind", "upstream_error"}}),
            1);
  EXPECT_EQ(Sample(text, "suprsend_gateway_call_duration_seconds_count"), 2);
  EXPECT_DOUBLE_EQ(*Sample(text, "suprsend_gateway_call_duration_seconds_sum"), 2.53);
  EXPECT_EQ(Sample(text, "suprsend_gateway_call_duration_seconds_bucket", {{"le", "0.05"}}), 1);
  EXPECT_EQ(Sample(text, "suprsend_gateway_call_duration_seconds_bucket", {{"le", "+Inf"}}), 2);
  EXPECT_EQ(Sample(text, "suprsend_gateway_upstream_attempt_duration_seconds_count"), 3);
}

TEST(MetricsTest, TellsOfTheKeyInUseOnly) {
  constexpr char kInfo[] = "suprsend_gateway_api_key_info";
  constexpr char kLoaded[] = "suprsend_gateway_api_key_loaded_timestamp_seconds";
  const auto now = static_cast<double>(std::time(nullptr));
  Metrics metrics("1");
  metrics.ApiKeyLoaded("0a1b2c3d");
  EXPECT_EQ(Sample(metrics.Serialize(), kInfo, {{"fingerprint", "0a1b2c3d"}}), 1);
  EXPECT_GE(Sample(metrics.Serialize(), kLoaded), now);
  EXPECT_LE(Sample(metrics.Serialize(), kLoaded), now + 60);

  metrics.ApiKeyLoaded("4e5f6071");
  EXPECT_EQ(SampleSum(metrics.Serialize(), kInfo), 1);
  EXPECT_EQ(Sample(metrics.Serialize(), kInfo, {{"fingerprint", "4e5f6071"}}), 1);

  metrics.ApiKeyLoaded("4e5f6071");
  EXPECT_EQ(SampleSum(metrics.Serialize(), kInfo), 1) << "two keys may share a fingerprint";
}

TEST(MetricsTest, CountsFromManyThreadsWhileItIsRead) {
  constexpr int kThreads = 4;
  constexpr int kCalls = 500;
  Metrics metrics("1");
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&metrics] {
        for (int i = 0; i < kCalls; ++i) {
          metrics.CallStarted();
          metrics.CallEnded({.attempts = {{"ok", milliseconds(1)}}});
        }
      });
    }
    for (int i = 0; i < 20; ++i) EXPECT_NE(metrics.Serialize(), "");
  }
  const std::string text = metrics.Serialize();
  EXPECT_EQ(SampleSum(text, "suprsend_gateway_calls_total"), kThreads * kCalls);
  EXPECT_EQ(Sample(text, "suprsend_gateway_in_flight"), 0);
}

}  // namespace
}  // namespace suprsend_gateway::telemetry
