#include "service/telemetry/status_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "service/base/utf8.h"

namespace suprsend_gateway::telemetry {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

const absl::Time kNoon = absl::FromUnixSeconds(1'769'860'800);
constexpr char kAllIsWell[] = "All is well, as far as this gateway knows.";

// Nothing but what is always known.
StatusReport Least() {
  return {.now = kNoon, .version = "1.2.3", .started = kNoon - absl::Hours(25), .is_ready = true};
}

StatusReport Everything() {
  StatusReport report = Least();
  report.host = "gateway-7c9d8";
  report.listen = "0.0.0.0:50051";
  report.has_tls = true;
  report.admin_listen = "0.0.0.0:9464";
  report.upstream_url = "https://hub.suprsend.com";
  report.is_live = true;
  report.api_key = {.fingerprint = "0a1b2c3d",
                    .loaded = kNoon - absl::Minutes(90),
                    .file = {.name = "api_key", .path = "/keys/api_key"}};
  report.files = {{.name = "caller_policy", .path = "/policy.json"}};
  report.certificates = {{.what = "tls_cert", .not_after = kNoon + absl::Hours(24 * 60)}};
  report.breaker = {.is_open = false, .attempts = 40, .failed = 2, .window = absl::Seconds(10)};
  report.retries = {.used = 3, .limit = 24};
  report.in_flight = {.used = 118, .limit = 20'000};
  report.memory_bytes = {.used = 74 << 20, .limit = 512 << 20};
  report.audit = {.path = "stdout"};
  report.calls.all.last_minute = {.calls = 120, .failed = 3};
  report.calls.callers = {{"spiffe://prod/billing",
                           {.last_minute = {.calls = 120, .failed = 3},
                            .last_ten_minutes = {.calls = 800, .failed = 4},
                            .in_all = {.calls = 9000, .failed = 5}}}};
  report.calls.failures = {{.reason = "INVALID_FILTER",
                            .history = {.in_all = {.calls = 7, .failed = 7}},
                            .time = kNoon - absl::Seconds(70),
                            .code = "INVALID_ARGUMENT",
                            .outcome = "NOT_APPLIED",
                            .caller = "support.internal",
                            .request_id = "0123abcd",
                            .trace_id = "4bf92f3577b34da6a3ce929d0e0e4736",
                            .http_status = 422}};
  report.flags = {{"access_log", "true", "true"}, {"max_deadline", "5s", "30s"}};
  return report;
}

std::string Cell(const std::string& name, const std::string& value) {
  return "<tr><th scope=\"row\">" + name + "</th><td>" + value + "</td></tr>";
}

TEST(StatusPageTest, IsOneWholePageThatNeedsNothingElse) {
  const std::string page = FormatStatusPage(Everything());
  EXPECT_THAT(page, StartsWith("<!DOCTYPE html>\n<html lang=\"en\"><head>\n<meta charset="));
  EXPECT_THAT(page, HasSubstr("<title>Well: suprsend-gateway on gateway-7c9d8</title>"));
  EXPECT_THAT(page, AllOf(Not(HasSubstr("<script")), Not(HasSubstr("src=")),
                          Not(HasSubstr("@import")), Not(HasSubstr("url("))));
  EXPECT_THAT(page, HasSubstr("default-src 'none'"));
}

TEST(StatusPageTest, SaysInWordsThatAllIsWell) {
  const std::string page = FormatStatusPage(Everything());
  EXPECT_THAT(page, HasSubstr(kAllIsWell));
  EXPECT_THAT(page, HasSubstr("Last minute: 120 calls, 3 failed. Last ten minutes: no calls."));
  EXPECT_THAT(page, HasSubstr("As of 2026-01-31 12:00:00 UTC."));
}

TEST(StatusPageTest, SaysFirstWhatIsNotWell) {
  StatusReport report = Everything();
  report.breaker->is_open = true;
  const std::string page = FormatStatusPage(report);
  EXPECT_THAT(page, HasSubstr("<title>NOT WELL (1): suprsend-gateway"));
  EXPECT_THAT(page, HasSubstr("One thing is not well:"));
  EXPECT_THAT(page, HasSubstr("<li><strong>The circuit is open.</strong> "));
  EXPECT_LT(page.find("<li>"), page.find("<table"));
  report.is_ready = false;
  EXPECT_THAT(FormatStatusPage(report), HasSubstr("2 things are not well:"));
}

TEST(StatusPageTest, ShowsAllThatTheReportHas) {
  const std::string page = FormatStatusPage(Everything());
  for (const std::string& row : {
           Cell("Version", "<code>1.2.3</code>"),
           Cell("Runs since", "1 day 1 h <small>(2026-01-30 11:00:00 UTC)</small>"),
           Cell("Callers connect to", "<code>0.0.0.0:50051</code>, with TLS"),
           Cell("This page&#39;s port", "<code>0.0.0.0:9464</code>"),
           Cell("SuprSend is at", "<code>https://hub.suprsend.com</code>"),
           Cell("API key in use", "<code>0a1b2c3d</code>"),
           Cell("It was read", "1 h 30 min ago <small>(2026-01-31 10:30:00 UTC)</small>"),
           Cell("Circuit", "<span class=\"good\">closed</span>"),
           Cell("Attempts that count", "2 of 40 failed in the last 10 s"),
           Cell("Held back by 429", "<span class=\"good\">no</span>"),
           Cell("Retries under way", "3 of at most 24 (12 %)"),
           Cell("Calls in flight", "118 of at most 20000 (0 %)"),
           Cell("Memory", "74 MiB of at most 512 MiB (14 %)"),
           Cell("Written to", "<code>stdout</code>"),
           Cell("Records lost", "<span class=\"good\">0</span>"),
       }) {
    EXPECT_THAT(page, HasSubstr(row));
  }
  EXPECT_THAT(page, HasSubstr("caller_policy<br><code>/policy.json</code></th>"
                              "<td data-heading=\"State\"><span class=\"good\">good</span></td>"));
  EXPECT_THAT(page,
              HasSubstr("tls_cert</th><td data-heading=\"Ends\">in 60 days <small>(2026-04-01 "
                        "12:00:00 UTC)</small>"));
}

TEST(StatusPageTest, ShowsEachErrorWithItsLastTime) {
  const std::string page = FormatStatusPage(Everything());
  EXPECT_THAT(page, HasSubstr("<h2>Errors by reason</h2>"));
  EXPECT_THAT(page, HasSubstr("<code>INVALID_FILTER</code>"));
  EXPECT_THAT(page,
              HasSubstr("1 min 10 s ago <small>(2026-01-31 11:58:50 UTC)</small><br>"
                        "INVALID_ARGUMENT, outcome NOT_APPLIED, HTTP 422<br>"
                        "<small>caller</small> <code>support.internal</code><br>"
                        "<small>request</small> <code>0123abcd</code><br>"
                        "<small>trace</small> <code>4bf92f3577b34da6a3ce929d0e0e4736</code>"));
}

TEST(StatusPageTest, ShowsCallersWithWhatFailed) {
  StatusReport report = Everything();
  report.calls.callers.push_back({"", {.in_all = {.calls = 1}}});
  report.calls.other_callers = {.in_all = {.calls = 33}};
  const std::string page = FormatStatusPage(report);
  EXPECT_THAT(page, HasSubstr("<code>spiffe://prod/billing</code></th>"
                              "<td class=\"n\" data-heading=\"Per s\">2.00</td>"
                              "<td class=\"n\" data-heading=\"1 min\">120<br>"
                              "<small>3 failed</small></td>"));
  EXPECT_THAT(page, HasSubstr("(no name)"));
  EXPECT_THAT(page, HasSubstr("(others)"));
}

TEST(StatusPageTest, MarksTheFlagsThatAreSetAndShowsThemFirst) {
  const std::string page = FormatStatusPage(Everything());
  EXPECT_THAT(
      page,
      HasSubstr("<strong><code>5s</code></strong></td>"
                "<td class=\"short\" data-heading=\"Set or default\"><strong>set</strong>, not "
                "<code>30s</code>"));
  EXPECT_LT(page.find("--max_deadline"), page.find("--access_log"));
}

TEST(StatusPageTest, SaysHowLongCallsAreHeldBack) {
  StatusReport report = Everything();
  report.held_back_until = kNoon + absl::Seconds(30);
  EXPECT_THAT(FormatStatusPage(report),
              HasSubstr(Cell("Held back by 429",
                             "<strong class=\"bad\">YES</strong>: SuprSend said "
                             "429; for 30 s more")));
}

TEST(StatusPageTest, LeavesOutWhatIsNotKnown) {
  const std::string page = FormatStatusPage(Least());
  EXPECT_THAT(page, HasSubstr(kAllIsWell));
  EXPECT_THAT(page, HasSubstr(Cell("None", "since the start")));
  for (const char* absent : {"Live", "SuprSend is at", "API key", "Circuit", "429", "Memory",
                             "Certificates", "Audit log", "Configuration", "Files"}) {
    EXPECT_THAT(page, Not(HasSubstr(absent)));
  }
}

// A caller names itself.
TEST(StatusPageTest, HostileNamesAreTextAndNothingElse) {
  const std::string hostile =
      "<script>alert(1)</script>\"'&\n\x01\x7F\xFF\xE2\x80\xAE\xE2\x80\xAC\xC2\x85\xE2\x80\x8B end";
  StatusReport report = Everything();
  report.calls.callers[0].name = hostile;
  report.calls.failures[0].caller = hostile;
  report.calls.failures[0].reason = hostile;
  report.api_key->file = {.name = hostile, .path = hostile, .is_good = false, .fault = hostile};
  report.flags[0] = {hostile, hostile, hostile};
  report.upstream_url = report.version = report.host = hostile;
  const std::string page = FormatStatusPage(report);
  EXPECT_THAT(page, Not(HasSubstr("<script")));
  EXPECT_TRUE(base::IsValidUtf8(page));
  for (std::string_view rest = page; !rest.empty();) {
    const char32_t c = *base::TakeCodePoint(rest);
    EXPECT_TRUE(c == U'\n' || !base::IsControl(c)) << static_cast<uint32_t>(c);
    EXPECT_TRUE(c != 0x202E && c != 0x200B);
  }
  EXPECT_THAT(page, HasSubstr("&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;\\u{000A}"
                              "\\u{0001}\\u{007F}\\x{FF}\\u{202E}\\u{202C}\\u{0085}\\u{200B} end"));
}

TEST(StatusPageTest, LongNamesAreCutAndMayBeBroken) {
  StatusReport report = Everything();
  report.calls.callers[0].name = std::string(10'000, 'x');
  report.calls.failures[0].caller = "\xC3\xA9" + std::string(31, 'y') + "\xC3\xA9";
  const std::string page = FormatStatusPage(report);
  EXPECT_THAT(page, Not(HasSubstr(std::string(33, 'x'))));
  EXPECT_THAT(page, HasSubstr(std::string(32, 'x') + "<wbr>" + std::string(8, 'x') + "…"));
  EXPECT_THAT(page, HasSubstr("\xC3\xA9" + std::string(31, 'y') + "<wbr>\xC3\xA9</code>"));
  EXPECT_LT(page.size(), 20'000);

  report.files[0].path = "/a/path/of/many/words/that/is/long, /and/another/one/of/many/words/too";
  EXPECT_THAT(FormatStatusPage(report), HasSubstr("<code>" + report.files[0].path + "</code>"));
}

}  // namespace
}  // namespace suprsend_gateway::telemetry
