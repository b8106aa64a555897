#include "service/config/help.h"

#include <gmock/gmock.h>

#include <sstream>

#include "absl/flags/commandlineflag.h"
#include "absl/strings/match.h"
#include "tests/unit/config/command_line.h"

namespace suprsend_gateway::config {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class HelpTest : public CommandLineTest {
 protected:
  static std::string TextFor(std::vector<std::string> arguments) {
    const Parsed parsed = Parse(std::move(arguments));
    if (parsed.ok() && std::holds_alternative<Information>(*parsed)) {
      return std::get<Information>(*parsed).text;
    }
    return "";
  }
};

TEST_F(HelpTest, ListsEveryFlagWithItsDefault) {
  const std::string text = TextFor({"--help"});
  int ours = 0;
  for (const auto& [name, flag] : absl::GetAllFlags()) {
    if (!absl::EndsWith(flag->Filename(), "service/config/flags.cc")) continue;
    ++ours;
    EXPECT_THAT(text, HasSubstr("  --" + std::string(name)));
  }
  EXPECT_GE(ours, 21);
  EXPECT_THAT(text, HasSubstr("\n  --listen=127.0.0.1:50051\n"));
  EXPECT_THAT(text, HasSubstr("\n  --allow_plaintext_listen=false\n"));
  EXPECT_THAT(text, HasSubstr("\n  --reflection=auto\n"));
  EXPECT_THAT(text, HasSubstr("\n  --api_key_file\n"));
  EXPECT_THAT(text, HasSubstr("\n  --max_deadline=30s\n"));
}

TEST_F(HelpTest, FitsATerminalAndHasNoFlagsOfLibraries) {
  std::istringstream lines(TextFor({"--help"}));
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    EXPECT_LE(line.size(), 80u) << line;
    EXPECT_FALSE(absl::EndsWith(line, " ")) << line;
    EXPECT_THAT(line, ::testing::Not(HasSubstr("flagfile")));
  }
  EXPECT_GT(count, 20);
}

TEST_F(HelpTest, HasTheUsualNames) {
  for (const char* name : {"--help", "-help", "-h"}) {
    EXPECT_THAT(TextFor({name}), StartsWith("suprsend-gateway: ")) << name;
  }
  for (const char* name : {"--version", "-version"}) {
    EXPECT_EQ(TextFor({name}), "suprsend-gateway " + Version() + "\n");
  }
  EXPECT_NE(Version(), "");
}

TEST_F(HelpTest, IsGivenWhateverElseIsWrong) {
  EXPECT_NE(TextFor({"--listen=nonsense", "serve", "--unknown", "--help"}), "");
  EXPECT_EQ(TextFor({"--", "--help"}), "");
}

}  // namespace
}  // namespace suprsend_gateway::config
