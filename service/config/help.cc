#include "service/config/help.h"

#include <string_view>
#include <vector>

#include "absl/flags/commandlineflag.h"
#include "absl/flags/marshalling.h"
#include "absl/flags/reflection.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "service/config/config.h"
#include "service/config/settings.h"

namespace suprsend_gateway::config {
namespace {

constexpr size_t kHelpColumns = 80;

std::string Wrap(absl::string_view text, absl::string_view indent) {
  std::string result(indent);
  size_t column = indent.size();
  for (const absl::string_view word : absl::StrSplit(text, ' ')) {
    if (column > indent.size() && column + 1 + word.size() > kHelpColumns) {
      absl::StrAppend(&result, "\n", indent);
      column = indent.size();
    }
    if (column > indent.size()) {
      absl::StrAppend(&result, " ");
      ++column;
    }
    absl::StrAppend(&result, word);
    column += word.size();
  }
  return result;
}

std::string HelpText() {
  std::string text =
      "suprsend-gateway: cancels SuprSend workflow runs for callers that speak gRPC.\n\n"
      "Usage: suprsend-gateway --api_key_file=FILE [--flag=value ...]\n\nFlags:\n";
  for (const Setting& flag : Settings()) {
    absl::StrAppend(&text, "  --", flag.name, flag.default_value.empty() ? "" : "=",
                    flag.default_value, "\n", Wrap(flag.help, "      "), "\n");
  }
  absl::StrAppend(&text,
                  "\nDurations have a unit (500ms, 10s). Shown are the defaults.\n"
                  "SIGTERM ends the process with 0 once its calls have ended.\n");
  return text;
}

}  // namespace

std::string Version() { return GATEWAY_VERSION; }

std::optional<std::string> RequestedInformation(int argc, char** argv) {
  for (int i = 1; i < argc && std::string_view(argv[i]) != "--"; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "--help" || argument == "-help" || argument == "-h") return HelpText();
    if (argument == "--version" || argument == "-version") {
      return absl::StrCat("suprsend-gateway ", Version(), "\n");
    }
  }
  return std::nullopt;
}

absl::Status CheckBooleans(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    absl::string_view argument = argv[i];
    while (absl::ConsumePrefix(&argument, "-")) {
    }
    const std::pair<absl::string_view, absl::string_view> parts =
        absl::StrSplit(argument, absl::MaxSplits('=', 1));
    if (argument.find('=') == absl::string_view::npos) continue;
    const absl::CommandLineFlag* flag = absl::FindCommandLineFlag(parts.first);
    bool value;
    std::string error;
    if (flag != nullptr && flag->IsOfType<bool>() &&
        !absl::ParseFlag(parts.second, &value, &error)) {
      return absl::InvalidArgumentError(
          absl::StrCat("--", parts.first, "=", parts.second, ": must be true or false"));
    }
  }
  return absl::OkStatus();
}

}  // namespace suprsend_gateway::config
