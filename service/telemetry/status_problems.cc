#include "service/telemetry/status_problems.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "service/telemetry/human_text.h"

namespace suprsend_gateway::telemetry {
namespace {

using Problems = std::vector<Problem>;

bool IsFull(const std::optional<StatusReport::Use>& use) {
  return use && use->limit && use->used >= *use->limit;
}

std::string When(absl::Time time, absl::Time now) {
  return absl::StrCat(HowLongAgo(time, now), " (", HumanTime(time), " UTC)");
}

void AddServing(const StatusReport& report, Problems& problems) {
  if (report.is_live == false) {
    problems.push_back({"Not live",
                        "The gateway's own port does not answer, or only slowly. /livez says so, "
                        "and whoever asks it will restart this gateway."});
  }
  if (!report.is_ready) {
    problems.push_back({"Not ready",
                        "The gateway is stopping, or has not begun. Health checks and /readyz tell "
                        "callers to go elsewhere."});
  }
  if (report.memory_is_short) {
    problems.push_back({"Memory is short",
                        "Calls are refused with GATEWAY_OVERLOADED, and new connections are turned "
                        "away. See who calls most; more gateways help, or more memory with a "
                        "higher --max_memory_mib."});
  }
  if (IsFull(report.in_flight)) {
    problems.push_back({"There is no room for more calls in flight",
                        "More are refused with GATEWAY_OVERLOADED. Is SuprSend slow? If not, more "
                        "gateways help, or a higher --max_in_flight."});
  }
}

void AddUpstream(const StatusReport& report, Problems& problems) {
  if (report.breaker && report.breaker->is_open) {
    const std::optional<absl::Time> since = report.breaker->since;
    problems.push_back(
        {since ? "The circuit opened " + When(*since, report.now) : "The circuit is open",
         "SuprSend failed too often: calls are refused with UPSTREAM_CIRCUIT_OPEN, and nothing is "
         "applied. It closes by itself when SuprSend answers again. How it failed stands below."});
  }
  if (report.held_back_until && *report.held_back_until > report.now) {
    problems.push_back({absl::StrCat("SuprSend has us wait ",
                                     HumanDuration(*report.held_back_until - report.now), " more"),
                        "It answered 429: until then calls are held back, or refused with "
                        "UPSTREAM_RATE_LIMITED. See who calls most."});
  }
}

bool IsForOperators(const FailureSummary& failure) {
  return failure.code == "INTERNAL" || failure.code == "UNIMPLEMENTED" ||
         failure.reason == "UPSTREAM_REDIRECT";
}

Problem ForOperators(const FailureSummary& failure, const StatusReport& report) {
  if (failure.reason == "UPSTREAM_CREDENTIALS_REJECTED") {
    return {absl::StrCat("SuprSend rejects the API key",
                         report.api_key ? " " + report.api_key->fingerprint : ""),
            "Was it revoked? Put a good one into the key file; it is read without a restart."};
  }
  if (failure.reason == "UPSTREAM_UNTRUSTED") {
    return {"SuprSend's certificate is not trusted",
            "Look at --upstream_url, --upstream_ca_file and what stands between."};
  }
  if (failure.reason == "UPSTREAM_REDIRECT" || failure.reason == "UPSTREAM_MISCONFIGURED") {
    return {"What answers is not SuprSend's endpoint",
            "Look at --upstream_url and what stands between."};
  }
  return {absl::StrCat("Calls fail with ", failure.reason), "Callers cannot mend that."};
}

// Whether it is the caller's doing, or what SuprSend says of the request: what does not count
// against availability in deploy/monitoring/rules.yaml either. A deadline that passed while
// connecting is not.
bool IsTheCallers(const FailureSummary& failure) {
  constexpr auto kCodes =
      std::to_array<std::string_view>({"ABORTED", "CANCELLED", "INVALID_ARGUMENT", "NOT_FOUND",
                                       "PERMISSION_DENIED", "UNAUTHENTICATED"});
  return std::find(kCodes.begin(), kCodes.end(), failure.code) != kCodes.end() ||
         failure.reason == "CALLER_QUOTA_EXCEEDED" ||
         (failure.reason == "DEADLINE_BEFORE_SEND" && !failure.was_attempted);
}

void AddFailures(const StatusReport& report, Problems& problems) {
  uint64_t failed = 0;
  uint64_t callers = 0;
  const FailureSummary* most = nullptr;  // The list begins with what is most frequent.
  for (const FailureSummary& failure : report.calls.failures) {
    const uint64_t calls = failure.history.last_ten_minutes.calls;
    if (calls == 0) continue;
    if (IsForOperators(failure)) {
      Problem problem = ForOperators(failure, report);
      absl::StrAppend(&problem.more, " It failed ", calls, calls == 1 ? " call" : " calls",
                      " in ten minutes, the last ", HowLongAgo(failure.time, report.now), ".");
      problems.push_back(std::move(problem));
    } else if (IsTheCallers(failure)) {
      callers += calls;
    } else {
      failed += calls;
      if (most == nullptr) most = &failure;
    }
  }
  // One caller's nonsense must not make the others' failures look few.
  const uint64_t calls = report.calls.all.last_ten_minutes.calls - callers;
  if (most == nullptr || failed < kMinFailures || failed * 100 < calls * kFailurePercent) return;
  problems.push_back(
      {absl::StrCat(failed, " of ", calls, " good calls failed in ten minutes"),
       absl::StrCat("It was not their callers' fault. Most failed with ", most->reason,
                    ", the last ", HowLongAgo(most->time, report.now), ".")});
}

void AddAudit(const StatusReport& report, Problems& problems) {
  if (!report.audit) return;
  if (report.audit->dropped > 0) {
    problems.push_back({absl::StrCat("The audit log lacks ", report.audit->dropped, " records"),
                        "They are lost. The access log has their calls, without recipients."});
  }
  if (!report.audit->is_failing) return;
  problems.push_back(
      {"The audit log cannot be written",
       absl::StrCat(report.audit->fails_closed
                        ? "Calls are refused with GATEWAY_AUDIT_UNAVAILABLE."
                        : "Calls go on; their records wait in memory, and over 64 MiB are lost.",
                    " Look at space and rights: ", report.audit->path)});
}

void AddFile(const StatusReport::File& file, std::string_view kept, Problems& problems) {
  if (file.is_good) return;
  std::string more = file.fault;
  if (!more.empty()) more += more.ends_with('.') ? " " : ". ";
  more += kept;
  more += " stays in use, but only until a restart: mend the file before.";
  problems.push_back({absl::StrCat("The file ", file.name, " is not good"), std::move(more)});
}

void AddFiles(const StatusReport& report, Problems& problems) {
  if (report.api_key) {
    AddFile(report.api_key->file, "The key " + report.api_key->fingerprint, problems);
  }
  for (const StatusReport::File& file : report.files) {
    AddFile(file, "What it held before", problems);
  }
  for (const StatusReport::Certificate& certificate : report.certificates) {
    if (certificate.not_after > report.now + kCertificateNotice) continue;
    const bool has_ended = certificate.not_after <= report.now;
    problems.push_back(
        {absl::StrCat("The ", certificate.what, " certificate ", has_ended ? "ended " : "ends ",
                      When(certificate.not_after, report.now)),
         absl::StrCat(has_ended ? "Callers cannot connect." : "Callers cannot connect after that.",
                      " Replace its files; they are read without a restart.")});
  }
}

}  // namespace

std::vector<Problem> FindProblems(const StatusReport& report) {
  Problems problems;
  AddServing(report, problems);
  AddUpstream(report, problems);
  AddFailures(report, problems);
  AddAudit(report, problems);
  AddFiles(report, problems);
  return problems;
}

}  // namespace suprsend_gateway::telemetry
