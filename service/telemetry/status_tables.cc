#include "service/telemetry/status_tables.h"

#include <algorithm>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "service/telemetry/human_text.h"
#include "service/telemetry/status_problems.h"

namespace suprsend_gateway::telemetry {
namespace {

Html Good(std::string_view word) { return Element("span", Text(word), "class=\"good\""); }
Html Bad(std::string_view word) { return Element("strong", Text(word), "class=\"bad\""); }
Html Small(std::string_view text) { return Element("small", Text(text)); }

Html CodeUnlessEmpty(std::string_view text) { return text.empty() ? Html() : Code(text); }

Html TimeCell(absl::Time time, absl::Time now) {
  return Text(HowLongAgo(time, now)) + Text(" ") + Small("(" + HumanTime(time) + " UTC)");
}

Html Labelled(std::string_view label, std::string_view value) {
  return value.empty() ? Html() : Small(label) + Text(" ") + Code(value);
}

// "3 of at most 20".
Html UseCell(const std::optional<StatusReport::Use>& use, std::string (*format)(int64_t)) {
  if (!use) return {};
  std::string text = format(use->used);
  if (!use->limit) return Text(text);
  absl::StrAppend(&text, " of at most ", format(*use->limit));
  if (*use->limit > 0) absl::StrAppend(&text, " (", use->used * 100 / *use->limit, " %)");
  return Text(text);
}

std::string Number(int64_t number) { return absl::StrCat(number); }

Html CountCell(const CallCounts& counts) {
  Html calls = Text(absl::StrCat(counts.calls));
  if (counts.failed == 0) return calls;
  return Lines({calls, Small(absl::StrCat(counts.failed, " failed"))});
}

std::vector<Html> CallerRow(const Html& name, const CallHistory& history) {
  const double rate = static_cast<double>(history.last_minute.calls) / 60;
  return {name, Text(absl::StrFormat("%.*f", rate < 10 ? 2 : 0, rate)),
          CountCell(history.last_minute), CountCell(history.last_ten_minutes),
          CountCell(history.in_all)};
}

Html LastFailure(const FailureSummary& failure, absl::Time now) {
  const std::string answer = failure.http_status != 0 ? absl::StrCat("HTTP ", failure.http_status)
                             : failure.was_attempted  ? "no HTTP answer"
                                                      : "no attempt";
  return Lines({TimeCell(failure.time, now),
                Text(absl::StrCat(failure.code, ", outcome ", failure.outcome, ", ", answer)),
                Labelled("caller", failure.caller), Labelled("request", failure.request_id),
                Labelled("trace", failure.trace_id)});
}

Html FileState(const StatusReport::File& file, std::string_view kept) {
  if (file.is_good) return Good("good");
  std::string fault = file.fault;
  absl::StrAppend(&fault, fault.empty() ? "" : "; ");
  fault += kept;
  return Bad("NOT GOOD") + Text(": " + fault + " stays in use");
}

}  // namespace

Html GatewayTable(const StatusReport& report) {
  const Html tls = !report.has_tls ? Html() : Text(*report.has_tls ? ", with TLS" : ", plaintext");
  return FactTable(
      {"gateway", "This gateway"},
      {{"Version", CodeUnlessEmpty(report.version)},
       {"Runs since", Text(HumanDuration(report.now - report.started)) + Text(" ") +
                          Small("(" + HumanTime(report.started) + " UTC)")},
       {"Ready", report.is_ready ? Good("yes") : Bad("NO")},
       {"Live", !report.is_live   ? Html()
                : *report.is_live ? Good("yes")
                                  : Bad("NO")},
       {"Callers connect to", report.listen.empty() ? Html() : Code(report.listen) + tls},
       {"This page's port", CodeUnlessEmpty(report.admin_listen)},
       {"SuprSend is at", CodeUnlessEmpty(report.upstream_url)}});
}

Html ErrorTable(const StatusReport& report) {
  std::vector<std::vector<Html>> rows;
  for (const FailureSummary& failure : report.calls.failures) {
    const CallHistory& history = failure.history;
    rows.push_back({Code(failure.reason), Text(absl::StrCat(history.last_minute.calls)),
                    Text(absl::StrCat(history.last_ten_minutes.calls)),
                    Text(absl::StrCat(history.in_all.calls)), LastFailure(failure, report.now)});
  }
  if (rows.empty()) return FactTable({"errors", "Errors"}, {{"None", Text("since the start")}});
  return ColumnTable(
      {"errors", "Errors by reason"},
      {{"Reason", "whole"}, {"1 min", "n"}, {"10 min", "n"}, {"All", "n"}, {"The last one"}}, rows);
}

Html CallerTable(const StatusReport& report) {
  std::vector<std::vector<Html>> rows;
  for (const CallerSummary& caller : report.calls.callers) {
    rows.push_back(
        CallerRow(caller.name.empty() ? Text("(no name)") : Code(caller.name), caller.history));
  }
  if (report.calls.other_callers) {
    rows.push_back(CallerRow(Text("(others)"), *report.calls.other_callers));
  }
  if (rows.empty()) return FactTable({"callers", "Callers"}, {{"None", Text("since the start")}});
  if (rows.size() > 1) rows.push_back(CallerRow(Text("(all)"), report.calls.all));
  return ColumnTable({"callers", "Callers by rate"},
                     {{"Caller"}, {"Per s", "n"}, {"1 min", "n"}, {"10 min", "n"}, {"All", "n"}},
                     rows);
}

Html UpstreamTable(const StatusReport& report) {
  if (!report.breaker && !report.retries) return {};
  Html circuit;
  Html window;
  if (report.breaker) {
    const StatusReport::Breaker& breaker = *report.breaker;
    circuit = breaker.is_open ? Bad("OPEN") + Text(": calls are refused") : Good("closed");
    if (breaker.since) circuit += Text("; this changed ") + TimeCell(*breaker.since, report.now);
    if (breaker.attempts && breaker.failed) {
      window = Text(absl::StrCat(*breaker.failed, " of ", *breaker.attempts, " failed"));
      if (breaker.window) window += Text(" in the last " + HumanDuration(*breaker.window));
    }
  }
  Html held_back = Good("no");
  if (report.held_back_until && *report.held_back_until > report.now) {
    held_back = Bad("YES") + Text(": SuprSend said 429; for " +
                                  HumanDuration(*report.held_back_until - report.now) + " more");
  }
  return FactTable({"upstream", "SuprSend's health"},
                   {{"Circuit", circuit},
                    {"Attempts that count", window},
                    {"Held back by 429", held_back},
                    {"Retries under way", UseCell(report.retries, Number)}});
}

Html LoadTable(const StatusReport& report) {
  Html memory = UseCell(report.memory_bytes, HumanBytes);
  if (report.memory_is_short) memory += Text(" ") + Bad("SHORT");
  return FactTable({"load", "Load"},
                   {{"Calls in flight", UseCell(report.in_flight, Number)}, {"Memory", memory}});
}

Html FileTable(const StatusReport& report) {
  std::vector<std::vector<Html>> rows;
  std::vector<Fact> facts;
  if (report.api_key) {
    const StatusReport::ApiKey& key = *report.api_key;
    facts.push_back({"API key in use", Code(key.fingerprint)});
    if (key.loaded) facts.push_back({"It was read", TimeCell(*key.loaded, report.now)});
    rows.push_back({Lines({Text("api_key"), CodeUnlessEmpty(key.file.path)}),
                    FileState(key.file, "the key " + key.fingerprint)});
  }
  for (const StatusReport::File& file : report.files) {
    rows.push_back({Lines({Text(file.name), CodeUnlessEmpty(file.path)}),
                    FileState(file, "what it held before")});
  }
  Html tables = FactTable({"key", "API key"}, facts);
  if (!rows.empty()) {
    tables +=
        ColumnTable({"files", "Files that are read when they change"}, {{"File"}, {"State"}}, rows);
  }
  return tables;
}

Html CertificateTable(const StatusReport& report) {
  if (report.certificates.empty()) return {};
  std::vector<std::vector<Html>> rows;
  for (const StatusReport::Certificate& certificate : report.certificates) {
    Html end = TimeCell(certificate.not_after, report.now);
    if (certificate.not_after <= report.now) {
      end = Bad("ENDED") + Text(" ") + end;
    } else if (certificate.not_after <= report.now + kCertificateNotice) {
      end = Bad("SOON") + Text(": ") + end;
    }
    rows.push_back({Text(certificate.what), end});
  }
  return ColumnTable({"certificates", "Certificates"}, {{"Certificate"}, {"Ends"}}, rows);
}

Html AuditTable(const StatusReport& report) {
  if (!report.audit) return {};
  const StatusReport::Audit& audit = *report.audit;
  const char* policy = audit.fails_closed ? "calls are refused" : "calls go on";
  return FactTable(
      {"audit", "Audit log"},
      {{"Written to", Code(audit.path)},
       {"State", audit.is_failing ? Bad("FAILING") : Good("good")},
       {"While it fails", Text(policy)},
       {"Records lost", audit.dropped == 0 ? Good("0") : Bad(absl::StrCat(audit.dropped))}});
}

Html FlagTable(const StatusReport& report) {
  if (report.flags.empty()) return {};
  std::vector<StatusReport::Flag> flags = report.flags;
  const auto is_set = [](const StatusReport::Flag& flag) {
    return flag.value != flag.default_value;
  };
  std::stable_partition(flags.begin(), flags.end(), is_set);
  std::vector<std::vector<Html>> rows;
  for (const StatusReport::Flag& flag : flags) {
    const Html value = flag.value.empty() ? Small("(empty)") : Code(flag.value);
    const Html before = flag.default_value.empty() ? Small("(empty)") : Code(flag.default_value);
    rows.push_back({Code("--" + flag.name), is_set(flag) ? Element("strong", value) : value,
                    is_set(flag) ? Element("strong", Text("set")) + Text(", not ") + before
                                 : Small("default")});
  }
  return ColumnTable({"configuration", "Configuration"},
                     {{"Flag"}, {"Value", "short"}, {"Set or default", "short"}}, rows);
}

}  // namespace suprsend_gateway::telemetry
