#include "service/config/config.h"

#include <optional>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "service/config/callers.h"
#include "service/config/flag_error.h"
#include "service/config/flags.h"
#include "service/config/help.h"
#include "service/config/limits.h"
#include "service/config/upstream_url.h"

namespace suprsend_gateway::config {
namespace {

absl::Status ReadAdmin(Config& config) {
  return ReadListenAddress("admin_listen", absl::GetFlag(FLAGS_admin_listen), config.admin_listen);
}

absl::Status ReadUpstream(Config& config) {
  const std::string text = absl::GetFlag(FLAGS_upstream_url);
  const absl::StatusOr<UpstreamUrl> url = ParseUpstreamUrl(text);
  if (!url.ok()) {
    // A password that does not belong there must not get into a log either.
    const bool may_hold_password = text.find('@') != std::string::npos;
    return FlagError("upstream_url", may_hold_password ? "(not shown)" : text,
                     std::string(url.status().message()));
  }
  if (!url->is_https && !url->is_loopback && !absl::GetFlag(FLAGS_allow_plaintext_upstream)) {
    return FlagError("upstream_url", text,
                     "plain http is allowed to a loopback host only, unless "
                     "--allow_plaintext_upstream says that the API key may cross the network "
                     "unencrypted");
  }
  config.upstream_url = url->url;
  config.upstream_ca_file = absl::GetFlag(FLAGS_upstream_ca_file);
  return absl::OkStatus();
}

absl::StatusOr<Config> ReadFlags() {
  Config config;
  for (const auto read : {ReadCallers, ReadAdmin, ReadUpstream, ReadLimits}) {
    if (absl::Status status = read(config); !status.ok()) return status;
  }
  config.access_log = absl::GetFlag(FLAGS_access_log);
  config.api_key_file = absl::GetFlag(FLAGS_api_key_file);
  if (config.api_key_file.empty()) {
    return FlagError("api_key_file", "",
                     "is required: the path of the file that holds SuprSend's API key");
  }
  return config;
}

}  // namespace

absl::StatusOr<std::variant<Config, Information>> ParseCommandLine(int argc, char** argv) {
  if (std::optional<std::string> text = RequestedInformation(argc, argv)) {
    return Information{*std::move(text)};
  }
  if (absl::Status status = CheckBooleans(argc, argv); !status.ok()) return status;
  const std::vector<char*> rest = absl::ParseCommandLine(argc, argv);
  if (rest.size() > 1) {
    return absl::InvalidArgumentError(absl::StrCat(
        "'", rest[1], "' is no flag; only flags of the form --name=value are allowed"));
  }
  absl::StatusOr<Config> config = ReadFlags();
  if (!config.ok()) return config.status();
  return *std::move(config);
}

}  // namespace suprsend_gateway::config
