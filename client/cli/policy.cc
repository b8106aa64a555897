#include "client/cli/policy.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "client/cli/printable.h"
#include "service/policy/parse_policy.h"

namespace suprsend_gateway::cli {
namespace {

// 0, or the errno. Reads no more than one byte past the limit, so that too long can be told. A pipe
// is as good as a file.
int ReadFile(const std::string& path, std::string& content) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return errno;
  std::array<char, 16384> buffer;
  ssize_t got = 1;
  while (got > 0 && content.size() <= policy::kMaxPolicyBytes) {
    got = read(fd, buffer.data(), buffer.size());
    if (got > 0) content.append(buffer.data(), static_cast<size_t>(got));
  }
  const int error = got < 0 ? errno : 0;
  close(fd);
  return error;
}

// Without a policy, `failure` says why.
std::optional<policy::Policy> ReadPolicy(const std::string& path, Output& failure) {
  std::string content;
  const int error = ReadFile(path, content);
  absl::StatusOr<policy::Policy> policy =
      error == 0 ? policy::ParsePolicy(content)
                 : absl::InvalidArgumentError(std::string("cannot read: ") + std::strerror(error));
  if (policy.ok()) return *std::move(policy);
  failure.err = Printable(path) + ": " + std::string(policy.status().message()) + "\n";
  failure.exit_code = kBadRequest;
  return std::nullopt;
}

void AppendRule(std::string_view name, std::string_view value, std::string& out) {
  constexpr size_t kNameWidth = 18;
  out.append("  ").append(name).append(kNameWidth - name.size(), ' ').append(value).append("\n");
}

void AppendRule(std::string_view name, bool value, std::string& out) {
  AppendRule(name, std::string_view(value ? "true" : "false"), out);
}

std::string SlugsInWords(const policy::CallerRules& rules) {
  if (!rules.workflow_slugs) return "any";
  std::string list;
  for (const std::string& slug : *rules.workflow_slugs) {
    list.append(list.empty() ? "" : ", ").append(Printable(slug));
  }
  return list;
}

void AppendRules(const policy::CallerRules& rules, std::string& out) {
  AppendRule("workflow_slugs", SlugsInWords(rules), out);
  AppendRule("must_name_slug", rules.must_name_slug, out);
  AppendRule("allow_open_calls", rules.allow_open_calls, out);
  AppendRule("allow_slug_alone", rules.allow_slug_alone, out);
  AppendRule("max_recipients",
             rules.max_recipients ? std::to_string(*rules.max_recipients) : "any number", out);
  AppendRule("calls_per_second",
             rules.quota ? absl::StrCat(rules.quota->calls_per_second) : "any number", out);
  if (rules.quota) AppendRule("burst", std::to_string(rules.quota->burst), out);
}

policy::CallShape ShapeOf(const client::CancelRequest& request) {
  policy::CallShape call{.recipients = request.recipients ? request.recipients->size() : 0,
                         .has_execution_id = request.execution_id.has_value(),
                         .has_idempotency_key = request.idempotency_key.has_value()};
  if (request.workflow_slug) call.workflow_slug = *request.workflow_slug;
  return call;
}

}  // namespace

Output CheckPolicy(const PolicyCheckCommand& command) {
  Output output;
  const std::optional<policy::Policy> policy = ReadPolicy(command.file, output);
  if (!policy) return output;
  const size_t callers = policy->callers.size();
  output.out = Printable(command.file) + ": ok, " + std::to_string(callers) +
               (callers == 1 ? " caller\n" : " callers\n");
  return output;
}

Output ExplainPolicy(const PolicyExplainCommand& command) {
  Output output;
  const std::optional<policy::Policy> policy = ReadPolicy(command.file, output);
  if (!policy) return output;
  output.out = "all callers\n";
  AppendRule("allow_calls", policy->allow_calls, output.out);
  AppendRule("allow_open_calls", policy->allow_open_calls, output.out);
  output.out += "caller " + Printable(command.caller) + "\n";
  const auto caller = policy->callers.find(command.caller);
  std::optional<std::string> refusal = "the policy does not name this caller (callers)";
  if (caller != policy->callers.end()) {
    AppendRules(caller->second, output.out);
    refusal = policy::Refusal(*policy, caller->second, ShapeOf(command.request));
  }
  output.out += refusal ? "refused: " + *refusal + "\n" : "allowed\n";
  output.exit_code = refusal ? kRefused : kDone;
  return output;
}

}  // namespace suprsend_gateway::cli
