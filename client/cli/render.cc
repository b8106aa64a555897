#include "client/cli/render.h"

#include <string_view>
#include <utility>

#include "absl/time/time.h"
#include "client/cli/json.h"
#include "client/cli/printable.h"

namespace suprsend_gateway::cli {
namespace {

std::string ReplyNote(const client::CancelReply& reply, bool validate_only) {
  if (validate_only) return "The request is valid; nothing was sent to SuprSend.\n";
  if (reply.execution_ids_may_be_incomplete) {
    return "Note: the list may lack runs that were cancelled. It has " +
           std::to_string(reply.execution_ids.size()) + " ids; SuprSend named " +
           std::to_string(reply.cancelled_count) + ".\n";
  }
  if (reply.execution_ids.empty()) return "No running workflow matched; nothing was cancelled.\n";
  return "";
}

Output RenderText(const client::CancelReply& reply, bool validate_only) {
  Output output{.err = ReplyNote(reply, validate_only)};
  for (const std::string& id : reply.execution_ids) output.out.append(Printable(id)).append("\n");
  return output;
}

const char* OutcomeInWords(const client::Failure& failure) {
  if (failure.reason.empty()) {
    return "unknown: this did not come from the gateway; runs may have been cancelled";
  }
  if (failure.outcome == client::Outcome::kUnknown) return "unknown: runs may have been cancelled";
  if (failure.SafeToRetry()) return "not applied: nothing was cancelled; it may be tried again";
  return "not applied: nothing was cancelled";
}

void AppendLine(std::string_view label, std::string_view text, std::string& out) {
  constexpr size_t kLabelWidth = 12;
  out.append("  ").append(label).append(":");
  out.append(kLabelWidth - label.size(), ' ').append(Printable(text)).append("\n");
}

std::string UpstreamInWords(const client::Failure& failure) {
  std::string text = "HTTP " + std::to_string(*failure.http_status);
  if (!failure.upstream_code.empty()) text += ", code " + failure.upstream_code;
  if (!failure.upstream_message.empty()) text += ": " + failure.upstream_message;
  return text;
}

std::string FailureText(const client::Failure& failure) {
  std::string text = "gatewayctl: " + client::CodeName(failure.code);
  if (!failure.message.empty()) text += ": " + Printable(failure.message);
  text += "\n";
  AppendLine("reason", failure.reason.empty() ? "none given" : failure.reason, text);
  AppendLine("outcome", OutcomeInWords(failure), text);
  for (const client::FieldViolation& violation : failure.violations) {
    const std::string field = violation.field.empty() ? "" : violation.field + ": ";
    AppendLine("violated", field + violation.description, text);
  }
  if (failure.retry_delay) {
    const absl::Duration delay = absl::FromChrono(*failure.retry_delay);
    AppendLine("try again", "in " + absl::FormatDuration(delay), text);
  }
  if (failure.http_status) AppendLine("SuprSend", UpstreamInWords(failure), text);
  if (failure.attempts) AppendLine("attempts", std::to_string(*failure.attempts), text);
  if (!failure.request_id.empty()) AppendLine("request id", failure.request_id, text);
  return text;
}

Output RenderJson(const client::CancelReply& reply) {
  std::optional<std::string> document = ReplyToJson(reply);
  if (document) return {.out = *std::move(document)};
  return {.err = "gatewayctl: done, but the reply cannot be shown as JSON\n", .exit_code = kOther};
}

Output RenderJson(const client::Failure& failure) {
  FailureJson json = FailureToJson(failure);
  Output output{.out = std::move(json.document), .exit_code = ExitCodeOf(failure)};
  if (json.left_out > 0) {
    output.err = "gatewayctl: details of a type that is not known here, left out of the JSON: " +
                 std::to_string(json.left_out) + "\n";
  }
  return output;
}

}  // namespace

Output Render(const client::CancelResult& result, const CancelCommand& command) {
  const bool as_json = command.output == OutputFormat::kJson;
  if (const auto* reply = std::get_if<client::CancelReply>(&result)) {
    return as_json ? RenderJson(*reply) : RenderText(*reply, command.request.validate_only);
  }
  const auto& failure = std::get<client::Failure>(result);
  if (as_json) return RenderJson(failure);
  return {.err = FailureText(failure), .exit_code = ExitCodeOf(failure)};
}

}  // namespace suprsend_gateway::cli
