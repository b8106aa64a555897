#include "service/telemetry/status_page.h"

#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "service/telemetry/html.h"
#include "service/telemetry/human_text.h"
#include "service/telemetry/status_problems.h"
#include "service/telemetry/status_tables.h"

namespace suprsend_gateway::telemetry {
namespace {

// Problems are sentences with names in them.
constexpr size_t kMaxProblem = 1000;

// The policy is a second lock behind the escaping: nothing runs, and nothing is fetched. Without
// the icon a browser asks for /favicon.ico.
constexpr char kHead[] = R"(<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy"
 content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'">
<link rel="icon" href="data:,">
<style>
:root { color-scheme: light dark; --ink: #1b1b1b; --paper: #fff; --line: #c8c8c8; --faint: #555;
  --good: #0b5d2a; --good-paper: #e3f4e8; --bad: #a00f1a; --bad-paper: #fdeaea; --link: #0645ad; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8e8e8; --paper: #16181b; --line: #45494f; --faint: #b0b0b0;
    --good: #7fdc9d; --good-paper: #12301d; --bad: #ffb3ac; --bad-paper: #441416; --link: #8ab4f8; } }
body { max-width: 60rem; margin: 0 auto; padding: .75rem; background: var(--paper);
  color: var(--ink); font: 1rem/1.4 system-ui, sans-serif; }
h1 { margin: 0 0 .5rem; font-size: 1.3rem; overflow-wrap: anywhere; }
h2 { margin: 0; font-size: 1.05rem; }
a { color: var(--link); }
nav { margin: .5rem 0; line-height: 1.8; }
.verdict { padding: .6rem .8rem; border: 2px solid; border-radius: .4rem; overflow-wrap: anywhere; }
.verdict p { margin: 0; font-size: 1.2rem; font-weight: bold; }
.verdict.good { background: var(--good-paper); }
.verdict.bad { background: var(--bad-paper); }
.verdict ul { margin: .4rem 0 0; padding-left: 1.2rem; color: var(--ink); }
.verdict li { margin: .3rem 0; }
.good { color: var(--good); }
.bad { color: var(--bad); }
small { color: var(--faint); font-size: .85rem; }
table { width: 100%; margin: 1.2rem 0 0; border-collapse: collapse; }
caption { padding: .3rem 0; text-align: left; }
th, td { padding: .25rem .5rem; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
th { font-weight: 600; }
tr { border-top: 1px solid var(--line); }
.facts th { width: 35%; }
.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.whole { white-space: nowrap; overflow-wrap: normal; }
code { font: .875rem/1.4 ui-monospace, monospace; }
@media (max-width: 40rem) {
  body { padding: .5rem; }
  .columns thead { display: none; }
  .columns tr { display: block; padding: .3rem 0; }
  .columns th, .columns td { display: block; padding: .1rem 0; text-align: left; }
  .columns td.short { display: inline-block; margin-right: .6rem; }
  .columns td.n { display: inline-block; margin-right: 1.2rem; }
  .columns td.n::before { content: attr(data-heading) ": "; color: var(--faint); }
  .columns td.n br { display: none; }
  .columns td.n small { margin-left: .4rem; } }
</style>
)";

std::string VerdictText(size_t problems) {
  if (problems == 0) return "All is well, as far as this gateway knows.";
  return problems == 1 ? "One thing is not well:" : absl::StrCat(problems, " things are not well:");
}

Html Verdict(const std::vector<Problem>& problems) {
  const Html new_line = Html::Markup("\n");
  Html items;
  for (const Problem& problem : problems) {
    const Html what = Element("strong", Text(problem.what + ".", kMaxProblem));
    items += Element("li", what + Text(" ") + Text(problem.more, kMaxProblem)) + new_line;
  }
  const Html list = items.empty() ? Html() : new_line + Element("ul", new_line + items);
  return Element("div", Element("p", Text(VerdictText(problems.size()))) + list,
                 problems.empty() ? "class=\"verdict good\"" : "class=\"verdict bad\"") +
         new_line;
}

Html CallsInWords(const RecentCallsSummary& calls) {
  const auto words = [](const CallCounts& counts) {
    if (counts.calls == 0) return std::string("no calls");
    return absl::StrCat(counts.calls, counts.calls == 1 ? " call, " : " calls, ", counts.failed,
                        " failed");
  };
  return Text(absl::StrCat("Last minute: ", words(calls.all.last_minute),
                           ". Last ten minutes: ", words(calls.all.last_ten_minutes), "."));
}

// A table that is not there needs no link.
Html LinkTo(std::string_view id, std::string_view text, const Html& table) {
  if (table.empty()) return {};
  return Element("a", Text(text), "href=\"#" + std::string(id) + "\"") + Html::Markup("\n");
}

Html Body(const StatusReport& report, const std::vector<Problem>& problems, std::string_view name) {
  struct Part {
    std::string_view id;
    std::string_view link;
    Html table;
  };
  const std::vector<Part> parts = {
      {"errors", "Errors", ErrorTable(report)},
      {"callers", "Callers", CallerTable(report)},
      {"gateway", "Gateway", GatewayTable(report)},
      {"upstream", "SuprSend", UpstreamTable(report)},
      {"load", "Load", LoadTable(report)},
      {"key", "Key and files", FileTable(report)},
      {"certificates", "Certificates", CertificateTable(report)},
      {"audit", "Audit log", AuditTable(report)},
      {"configuration", "Configuration", FlagTable(report)},
  };
  Html links;
  Html tables;
  for (const Part& part : parts) {
    links += LinkTo(part.id, part.link, part.table);
    tables += part.table;
  }
  const Html as_of = Text("As of " + HumanTime(report.now) + " UTC. ") +
                     Element("a", Text("Reload"), "href=\"\"") +
                     Text("; this page does not reload itself.");
  const Html new_line = Html::Markup("\n");
  return Element("h1", Text(name)) + new_line + Verdict(problems) +
         Element("p", Lines({CallsInWords(report.calls), as_of})) + new_line +
         Element("nav", new_line + links) + new_line + tables;
}

}  // namespace

std::string FormatStatusPage(const StatusReport& report) {
  const std::vector<Problem> problems = FindProblems(report);
  const std::string name =
      report.host.empty() ? "suprsend-gateway" : "suprsend-gateway on " + report.host;
  const std::string state =
      problems.empty() ? "Well" : absl::StrCat("NOT WELL (", problems.size(), ")");
  const Html head = Html::Markup(kHead) + Element("title", Text(state + ": " + name));
  const Html page = Element("head", Html::Markup("\n") + head) + Html::Markup("\n") +
                    Element("body", Html::Markup("\n") + Body(report, problems, name));
  return "<!DOCTYPE html>\n" + Element("html", page, "lang=\"en\"").markup() + "\n";
}

}  // namespace suprsend_gateway::telemetry
