#include "tests/emulator/flags.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <memory>
#include <utility>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/flags/usage.h"
#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "tests/emulator/help.h"
#include "tests/emulator/trigger_request.h"

ABSL_FLAG(std::string, listen, "127.0.0.1:8081", "host:port to listen on");
ABSL_FLAG(std::string, api_key, "emulator-key", "the Bearer key that upstream calls must have");
ABSL_FLAG(std::string, seed_file, "", "JSON list of runs to start with");
ABSL_FLAG(bool, accept_slug_alone, false, "let workflow_slug be the only filter of a cancel");

namespace suprsend_gateway::emulator {
namespace {

absl::Status BadFlag(const char* name, const std::string& value, const std::string& problem) {
  return absl::InvalidArgumentError(absl::StrCat("--", name, "=", value, ": ", problem));
}

[[noreturn]] void ShowAndExit(const char* text) {
  if (std::cout << text << std::flush) std::exit(EXIT_SUCCESS);
  std::cerr << "suprsend-emulator: cannot write to stdout: " << std::strerror(errno) << "\n";
  std::exit(EXIT_FAILURE);
}

// What absl's own flags do badly: its --help ends with 1 on Debian 12, and a bad truth value is
// refused without saying what is allowed.
absl::Status CheckArguments(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "--help" || argument == "-help" || argument == "-h") {
      ShowAndExit(kHelp);
    }
    if (argument == "--version" || argument == "-version") {
      ShowAndExit("suprsend-emulator " EMULATOR_VERSION "\n");
    }
    const std::string truth = "--accept_slug_alone=";
    if (argument.rfind(truth, 0) == 0) {
      const std::string value = argument.substr(truth.size());
      if (value != "true" && value != "false") {
        return BadFlag("accept_slug_alone", value, "must be true or false");
      }
    }
  }
  return absl::OkStatus();
}

bool IsPrintable(const std::string& key) {
  return !key.empty() &&
         std::all_of(key.begin(), key.end(), [](unsigned char c) { return c > 0x20 && c < 0x7F; });
}

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"),
                                                             std::fclose);
  if (file == nullptr) return absl::UnavailableError(std::strerror(errno));
  std::string text;
  char buffer[4096];
  while (const size_t size = std::fread(buffer, 1, sizeof(buffer), file.get())) {
    text.append(buffer, size);
  }
  if (std::ferror(file.get())) return absl::UnavailableError(std::strerror(errno));
  return text;
}

absl::StatusOr<std::vector<SeedRun>> ReadSeedFile(const std::string& path) {
  if (path.empty()) return std::vector<SeedRun>();
  const auto text = ReadFile(path);
  if (!text.ok()) {
    return BadFlag("seed_file", path,
                   absl::StrCat("must be a file that can be read: ", text.status().message()));
  }
  auto runs = ParseSeedFile(*text);
  if (!runs.ok()) return BadFlag("seed_file", path, std::string(runs.status().message()));
  return runs;
}

}  // namespace

absl::StatusOr<ListenAddress> ParseListenAddress(const std::string& text) {
  const auto invalid = absl::InvalidArgumentError(
      "must be host:port with a port from 0 to 65535, as in 127.0.0.1:8081 or [::1]:8081");
  const size_t colon = text.rfind(':');
  if (colon == std::string::npos || colon == 0) return invalid;
  const std::string port_text = text.substr(colon + 1);
  ListenAddress address{.host = text.substr(0, colon)};
  const bool digits =
      !port_text.empty() && port_text.find_first_not_of("0123456789") == std::string::npos;
  if (!digits || !absl::SimpleAtoi(port_text, &address.port) || address.port > 65535) {
    return invalid;
  }
  if (address.host.front() == '[' && address.host.back() == ']') {
    address.host = address.host.substr(1, address.host.size() - 2);
    if (address.host.find(':') == std::string::npos) return invalid;
  } else if (address.host.find_first_of(":[]/ ") != std::string::npos) {
    return invalid;
  }
  return address;
}

absl::StatusOr<Config> ReadCommandLine(int argc, char** argv) {
  const absl::Status arguments = CheckArguments(argc, argv);
  if (!arguments.ok()) return arguments;
  absl::SetProgramUsageMessage("a stand-in for SuprSend; --help tells all");
  const std::vector<char*> rest = absl::ParseCommandLine(argc, argv);
  if (rest.size() > 1) {
    return absl::InvalidArgumentError(
        absl::StrCat("unexpected argument '", rest[1], "'; only flags are allowed"));
  }
  const std::string listen = absl::GetFlag(FLAGS_listen);
  auto address = ParseListenAddress(listen);
  if (!address.ok()) return BadFlag("listen", listen, std::string(address.status().message()));
  Config config{.listen = *std::move(address),
                .upstream = {.api_key = absl::GetFlag(FLAGS_api_key),
                             .accept_slug_alone = absl::GetFlag(FLAGS_accept_slug_alone)}};
  if (!IsPrintable(config.upstream.api_key)) {
    return BadFlag("api_key", config.upstream.api_key,
                   "must be one or more printable ASCII characters without spaces");
  }
  config.seed_file = absl::GetFlag(FLAGS_seed_file);
  auto seeds = ReadSeedFile(config.seed_file);
  if (!seeds.ok()) return seeds.status();
  config.seeds = *std::move(seeds);
  return config;
}

}  // namespace suprsend_gateway::emulator
