#include "client/cli/command.h"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace suprsend_gateway::cli {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

CancelCommand Cancel(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "cancel");
  const absl::StatusOr<Command> command = ParseCommand(arguments);
  EXPECT_TRUE(command.ok()) << command.status();
  return command.ok() ? std::get<CancelCommand>(*command) : CancelCommand{};
}

std::string Refusal(const std::vector<std::string>& arguments) {
  const absl::StatusOr<Command> command = ParseCommand(arguments);
  EXPECT_EQ(command.status().code(), absl::StatusCode::kInvalidArgument);
  return std::string(command.status().message());
}

std::string Shown(const std::vector<std::string>& arguments) {
  const absl::StatusOr<Command> command = ParseCommand(arguments);
  EXPECT_TRUE(command.ok()) << command.status();
  return command.ok() ? std::get<ShowCommand>(*command).text : "";
}

TEST(CancelCommandTest, WhatIsNotGivenIsNotSet) {
  const CancelCommand command = Cancel({"--workflow_slug=w"});
  EXPECT_EQ(command.request.execution_id, std::nullopt);
  EXPECT_EQ(command.request.recipients, std::nullopt);
  EXPECT_EQ(command.request.idempotency_key, std::nullopt);
  EXPECT_FALSE(command.request.validate_only);
  EXPECT_EQ(command.call.timeout, std::chrono::seconds(10));
  EXPECT_EQ(ToString(command.address), "127.0.0.1:50051");
  EXPECT_EQ(command.output, OutputFormat::kText);
}

TEST(CancelCommandTest, TheThreeTlsFilesGoTogether) {
  const CancelCommand command = Cancel({"--recipient=a", "--tls_ca_file=ca.pem",
                                        "--tls_cert_file=cert.pem", "--tls_key_file=key.pem"});
  EXPECT_EQ(command.tls->ca_file, "ca.pem");
  EXPECT_EQ(command.tls->cert_file, "cert.pem");
  EXPECT_EQ(command.tls->key_file, "key.pem");
  EXPECT_EQ(Cancel({"--recipient=a"}).tls, std::nullopt);
  for (const std::string missing : {"ca", "cert", "key"}) {
    std::vector<std::string> arguments = {"cancel", "--recipient=a"};
    for (const std::string given : {"ca", "cert", "key"}) {
      arguments.push_back("--tls_" + given + "_file=" + (given == missing ? "" : "f.pem"));
    }
    EXPECT_THAT(Refusal(arguments), HasSubstr("go together; give all three"));
  }
}

TEST(CancelCommandTest, EveryOptionArrives) {
  const CancelCommand command =
      Cancel({"--execution_id=e", "--recipient=a", "--recipient", "b", "--idempotency_key=k",
              "--workflow_slug=w", "--validate_only", "--timeout=1500ms", "--address=gateway:1",
              "--output=json"});
  EXPECT_EQ(command.request.execution_id, "e");
  EXPECT_THAT(*command.request.recipients, ElementsAre("a", "b"));
  EXPECT_EQ(command.request.idempotency_key, "k");
  EXPECT_EQ(command.request.workflow_slug, "w");
  EXPECT_TRUE(command.request.validate_only);
  EXPECT_EQ(command.call.timeout, milliseconds(1500));
  EXPECT_EQ(ToString(command.address), "gateway:1");
  EXPECT_EQ(command.output, OutputFormat::kJson);
}

TEST(CancelCommandTest, EmptyFiltersAreSetAndEmpty) {
  const CancelCommand command =
      Cancel({"--execution_id=", "--recipient=", "--idempotency_key=", "--workflow_slug="});
  EXPECT_EQ(command.request.execution_id, "");
  EXPECT_THAT(*command.request.recipients, ElementsAre(""));
  EXPECT_EQ(command.request.idempotency_key, "");
  EXPECT_EQ(command.request.workflow_slug, "");
}

TEST(CancelCommandTest, NoFilterIsRefusedHere) {
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"cancel"}, {"cancel", "--validate_only", "--address=g:1"}}) {
    EXPECT_THAT(Refusal(arguments),
                AllOf(HasSubstr("nothing was sent"), HasSubstr("--execution_id"),
                      HasSubstr("--recipient"), HasSubstr("--idempotency_key"),
                      HasSubstr("--workflow_slug"), HasSubstr("See gatewayctl cancel --help")));
  }
}

TEST(CancelCommandTest, FilterGivenTwiceIsRefused) {
  for (const std::string name : {"execution_id", "idempotency_key", "workflow_slug"}) {
    EXPECT_THAT(Refusal({"cancel", "--" + name + "=person-1", "--" + name + "=person-2"}),
                AllOf(HasSubstr("--" + name), Not(HasSubstr("person"))));
  }
}

TEST(CancelCommandTest, TimeoutIsOverZeroAndUpToAnHour) {
  const auto timeout = [](const std::string& value) {
    return Cancel({"--workflow_slug=w", "--timeout=" + value}).call.timeout;
  };
  EXPECT_EQ(timeout("1ns"), nanoseconds(1));
  EXPECT_EQ(timeout("0.5ns"), nanoseconds(1));
  EXPECT_EQ(timeout("1h"), std::chrono::hours(1));
  EXPECT_EQ(timeout("60m"), std::chrono::hours(1));
  for (const std::string value :
       {"0", "0s", "-1s", "5", "s", "", "abc", "1h1ns", "61m", "inf", "-inf", "1e9h"}) {
    EXPECT_THAT(
        Refusal({"cancel", "--timeout=" + value}),
        AllOf(HasSubstr("--timeout"), HasSubstr("\"" + value + "\""), HasSubstr("up to 1h")));
  }
}

TEST(CancelCommandTest, AddressAndOutputAreChecked) {
  EXPECT_THAT(
      Refusal({"cancel", "--address=http://gateway"}),
      AllOf(HasSubstr("--address"), HasSubstr("http://gateway"), HasSubstr("127.0.0.1:50051")));
  for (const std::string value : {"yaml", "", "JSON"}) {
    EXPECT_THAT(Refusal({"cancel", "--output=" + value}),
                AllOf(HasSubstr("--output"), HasSubstr("text or json")));
  }
}

TEST(HealthCommandTest, TakesTheAdminAddress) {
  const std::vector<std::string> plain = {"health"};
  EXPECT_EQ(ToString(std::get<HealthCommand>(*ParseCommand(plain)).admin_address),
            "127.0.0.1:9464");
  const std::vector<std::string> given = {"health", "--admin_address", "[::1]:80"};
  EXPECT_EQ(ToString(std::get<HealthCommand>(*ParseCommand(given)).admin_address), "[::1]:80");
  EXPECT_THAT(Refusal({"health", "--admin_address=x"}),
              AllOf(HasSubstr("--admin_address"), HasSubstr("127.0.0.1:9464")));
  EXPECT_THAT(Refusal({"health", "--address=x:1"}), HasSubstr("gatewayctl health --help"));
}

TEST(PolicyCommandTest, CheckTakesAFile) {
  const std::vector<std::string> arguments = {"policy", "check", "dir/p.json"};
  const absl::StatusOr<Command> command = ParseCommand(arguments);
  ASSERT_TRUE(command.ok()) << command.status();
  EXPECT_EQ(std::get<PolicyCheckCommand>(*command).file, "dir/p.json");
}

TEST(PolicyCommandTest, ExplainTakesAFileACallerAndACall) {
  const std::vector<std::string> arguments = {
      "policy",        "explain",     "p.json", "--caller=spiffe://a", "--execution_id=e",
      "--recipient=a", "--recipient", "b",      "--idempotency_key=k", "--workflow_slug=w"};
  const absl::StatusOr<Command> command = ParseCommand(arguments);
  ASSERT_TRUE(command.ok()) << command.status();
  const auto& explain = std::get<PolicyExplainCommand>(*command);
  EXPECT_EQ(explain.file, "p.json");
  EXPECT_EQ(explain.caller, "spiffe://a");
  EXPECT_EQ(explain.request.execution_id, "e");
  EXPECT_THAT(*explain.request.recipients, ElementsAre("a", "b"));
  EXPECT_EQ(explain.request.idempotency_key, "k");
  EXPECT_EQ(explain.request.workflow_slug, "w");
}

TEST(PolicyCommandTest, WhatIsMissingIsNamed) {
  const auto refused = [](std::vector<std::string> arguments, const char* why) {
    arguments.insert(arguments.begin(), "policy");
    EXPECT_THAT(Refusal(arguments), AllOf(HasSubstr(why), HasSubstr("gatewayctl policy --help")));
  };
  refused({}, "check or explain");
  refused({"chekc", "p.json"}, "check or explain");
  refused({"chekc", "p.json", "--caller=x"}, "check or explain");
  refused({"--caller=x"}, "check or explain");
  refused({"check"}, "FILE is missing");
  refused({"check", ""}, "FILE is missing");
  refused({"check", "-p.json"}, "argument 1");
  refused({"check", "p.json", "q.json"}, "argument 1");
  refused({"check", "p.json", "--caller=x"}, "no option --caller");
  refused({"explain", "--caller=x", "--execution_id=e"}, "FILE is missing");
  refused({"explain", "p.json", "--execution_id=e"}, "--caller is missing");
  refused({"explain", "p.json", "--caller=", "--execution_id=e"}, "--caller is missing");
  refused({"explain", "p.json", "--caller=x"}, "a filter is missing");
  refused({"explain", "p.json", "--caller=x", "--caller=y"}, "--caller can be given only once");
}

TEST(CommandTest, HelpIsShownAndNothingElseDone) {
  EXPECT_THAT(Shown({"--help"}), HasSubstr("gatewayctl health"));
  EXPECT_EQ(Shown({"help"}), Shown({"--help"}));
  EXPECT_EQ(Shown({"-h"}), Shown({"--help"}));
  EXPECT_THAT(Shown({"cancel", "--help"}), HasSubstr("Exit codes"));
  EXPECT_EQ(Shown({"cancel", "--recipient=a", "--help"}), Shown({"cancel", "--help"}));
  EXPECT_THAT(Shown({"health", "--help"}), HasSubstr("--admin_address"));
  EXPECT_THAT(Shown({"policy", "--help"}), HasSubstr("Exit codes"));
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"policy", "check", "--help"},
        {"policy", "check", "p.json", "--help"},
        {"policy", "explain", "--help"},
        {"policy", "explain", "p.json", "--caller=x", "--help"}}) {
    EXPECT_EQ(Shown(arguments), Shown({"policy", "--help"}));
  }
  EXPECT_THAT(Shown({"--version"}), HasSubstr("gatewayctl "));
}

TEST(CommandTest, CancelHelpNamesEveryOption) {
  const std::string help = Shown({"cancel", "--help"});
  for (const char* name : {"execution_id", "recipient", "idempotency_key", "workflow_slug",
                           "validate_only", "timeout", "address", "output", "help"}) {
    EXPECT_THAT(help, HasSubstr(std::string("\n  --") + name));
  }
}

TEST(CommandTest, PolicyHelpNamesEveryOption) {
  const std::string help = Shown({"policy", "--help"});
  for (const char* name :
       {"caller", "execution_id", "recipient", "idempotency_key", "workflow_slug", "help"}) {
    EXPECT_THAT(help, HasSubstr(std::string("\n  --") + name));
  }
}

TEST(CommandTest, AnythingElsePointsToTheHelp) {
  EXPECT_THAT(Refusal({}), HasSubstr("See gatewayctl --help"));
  EXPECT_THAT(Refusal({"--recipient=secret-person"}),
              AllOf(HasSubstr("See gatewayctl --help"), Not(HasSubstr("secret-person"))));
  EXPECT_THAT(Refusal({"cancel", "--nope"}), HasSubstr("See gatewayctl cancel --help"));
}

}  // namespace
}  // namespace suprsend_gateway::cli
