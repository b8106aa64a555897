#ifndef TESTS_EMULATOR_FLAGS_H_
#define TESTS_EMULATOR_FLAGS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "tests/emulator/run_store.h"
#include "tests/emulator/upstream_api.h"

namespace suprsend_gateway::emulator {

struct ListenAddress {
  std::string host;  // without brackets
  int port = 0;      // 0: the system's choice
};

struct Config {
  ListenAddress listen;
  UpstreamOptions upstream;
  std::string seed_file;
  std::vector<SeedRun> seeds;
};

// "127.0.0.1:8081", "[::1]:0", "localhost:8081". INVALID_ARGUMENT says what is allowed.
absl::StatusOr<ListenAddress> ParseListenAddress(const std::string& text);

// Reads the command line and the seed file. --help and --version print and exit 0, or 1 where
// stdout cannot be written; a flag that is not known, or a value that does not parse, prints and
// exits 1; a value that is not allowed is
// INVALID_ARGUMENT, with flag, value and what is allowed.
absl::StatusOr<Config> ReadCommandLine(int argc, char** argv);

}  // namespace suprsend_gateway::emulator

#endif  // TESTS_EMULATOR_FLAGS_H_
