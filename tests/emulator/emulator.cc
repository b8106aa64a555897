#include "tests/emulator/emulator.h"

#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/emulator/report.h"

namespace suprsend_gateway::emulator {
namespace {

constexpr char kOwnPrefix[] = "/_emulator/";

}  // namespace

Emulator::Emulator(UpstreamOptions options, Pause pause)
    : upstream_(std::move(options), runs_), pause_(std::move(pause)) {}

absl::Status Emulator::Seed(const std::vector<SeedRun>& runs) {
  for (const SeedRun& run : runs) {
    absl::Status status = runs_.Add(run);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

std::optional<Reply> Emulator::Handle(const Request& request) {
  if (absl::StartsWith(request.path, kOwnPrefix)) {
    Reply reply = HandleOwn(request);
    // They are read in terminals.
    if (!reply.body.empty()) reply.body += '\n';
    return reply;
  }
  return HandleUpstream(request);
}

std::optional<Reply> Emulator::HandleUpstream(const Request& request) {
  const int64_t ticket = requests_.Add(request, upstream_.KeyMatches(request));
  RequestResult result;
  std::optional<Reply> reply;
  const auto taken = faults_.Take(request.path, request.body);
  if (taken) {
    result.fault = taken->index;
    reply = AnswerWith(*taken->fault, request, result);
  } else {
    reply = Apply(request, result);
  }
  if (reply) result.status = reply->status;
  requests_.Finish(ticket, result);
  return reply;
}

std::optional<Reply> Emulator::AnswerWith(const Fault& fault, const Request& request,
                                          RequestResult& result) {
  if (fault.delay.count() > 0 && !pause_(fault.delay)) return std::nullopt;
  if (fault.drop == Drop::kBeforeApplying) return std::nullopt;
  if (fault.reply && !fault.apply) return fault.reply;
  const Reply real = Apply(request, result);
  if (fault.drop == Drop::kAfterApplying) return std::nullopt;
  return fault.reply ? *fault.reply : real;
}

Reply Emulator::Apply(const Request& request, RequestResult& result) {
  UpstreamAnswer answer = upstream_.Answer(request);
  result.applied = answer.applied;
  result.applied_count = answer.applied_count;
  return std::move(answer.reply);
}

Reply Emulator::HandleOwn(const Request& request) {
  if (request.path == "/_emulator/runs") {
    if (request.method != "GET") return WrongMethodReply("GET");
    return JsonReply(200, RunsReport(runs_.All()));
  }
  if (request.path == "/_emulator/requests") {
    if (request.method != "GET") return WrongMethodReply("GET");
    return JsonReply(200, RequestsReport(requests_.All()));
  }
  if (request.path == "/_emulator/faults") {
    return request.method == "PUT" ? SetFaults(request) : WrongMethodReply("PUT");
  }
  if (request.path == "/_emulator/state") {
    if (request.method != "DELETE") return WrongMethodReply("DELETE");
    runs_.Clear();
    faults_.Replace({});
    requests_.Clear();
    return {.status = 204};
  }
  return ErrorReply(404, "not found; there are runs, requests, faults and state");
}

Reply Emulator::SetFaults(const Request& request) {
  auto faults = ParseFaults(request.body);
  if (!faults.ok()) return ErrorReply(400, std::string(faults.status().message()));
  const size_t count = faults->size();
  faults_.Replace(*std::move(faults));
  return JsonReply(200, absl::StrCat("{\"faults\":", count, "}"));
}

}  // namespace suprsend_gateway::emulator
