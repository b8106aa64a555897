#include "client/cli/policy.h"

#include <sys/stat.h>

#include <string>
#include <thread>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "service/policy/parse_policy.h"
#include "tests/support/temp_dir.h"

namespace suprsend_gateway::cli {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kPolicy[] = R"({
  "callers": {
    "spiffe://prod/a": {
      "workflow_slugs": ["invoice", "r\u00E9sum\u00E9"],
      "must_name_slug": true, "allow_open_calls": true,
      "max_recipients": 2, "calls_per_second": 0.5, "burst": 4
    },
    "b.internal": {}
  }
})";

class PolicyFileTest : public ::testing::Test {
 protected:
  Output Check(const std::string& content) const {
    return CheckPolicy({.file = directory_.Write("p.json", content)});
  }
  Output Explain(const std::string& caller, const client::CancelRequest& request,
                 const std::string& content = kPolicy) const {
    return ExplainPolicy(
        {.file = directory_.Write("p.json", content), .caller = caller, .request = request});
  }
  void ExpectFault(const Output& output, const std::string& file, const std::string& fault) const {
    EXPECT_EQ(output.out, "");
    EXPECT_EQ(output.err, file + ": " + fault + "\n");
    EXPECT_EQ(output.exit_code, 2);
  }

  const testing::TempDir directory_;
};

TEST_F(PolicyFileTest, CheckCountsTheCallersOfAGoodFile) {
  const std::string file = directory_.Path("p.json");
  for (const auto& [content, count] : {std::pair(std::string(kPolicy), "2 callers"),
                                       {R"({"callers":{"a":{}}})", "1 caller"},
                                       {R"({"callers":{}})", "0 callers"}}) {
    const Output output = Check(content);
    EXPECT_EQ(output.out, file + ": ok, " + count + "\n");
    EXPECT_EQ(output.err, "");
    EXPECT_EQ(output.exit_code, 0);
  }
}

TEST_F(PolicyFileTest, BothTellTheFaultOfABadFile) {
  const std::string content = "{\"callers\": {\n  \"a\": {\"burst\": \"many\"}}}";
  const std::string fault =
      "line 2, column 18, callers[\"a\"].burst: must be a whole number from 1 to 1000000000, not "
      "\"many\"";
  ExpectFault(Check(content), directory_.Path("p.json"), fault);
  ExpectFault(Explain("a", {.execution_id = "e"}, content), directory_.Path("p.json"), fault);
}

TEST_F(PolicyFileTest, AFileThatCannotBeReadIsNone) {
  ExpectFault(CheckPolicy({.file = directory_.Path("a\nb")}), directory_.Path("a\\x0Ab"),
              "cannot read: No such file or directory");
  ExpectFault(CheckPolicy({.file = directory_.path()}), directory_.path(),
              "cannot read: Is a directory");
  ExpectFault(ExplainPolicy({.file = directory_.Path("none")}), directory_.Path("none"),
              "cannot read: No such file or directory");
}

TEST_F(PolicyFileTest, ReadsNoMoreThanItMust) {
  ExpectFault(CheckPolicy({.file = "/dev/zero"}), "/dev/zero",
              "is longer than 1048576 bytes, the most that is allowed");
  std::string content = kPolicy;
  content.resize(policy::kMaxPolicyBytes, ' ');
  EXPECT_EQ(Check(content).exit_code, 0);
  EXPECT_EQ(Check(content + " ").exit_code, 2);
}

TEST_F(PolicyFileTest, APipeIsRead) {
  const std::string path = directory_.Path("pipe");
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  const std::jthread writer([this] { directory_.Write("pipe", kPolicy); });
  EXPECT_EQ(CheckPolicy({.file = path}).out, path + ": ok, 2 callers\n");
}

TEST_F(PolicyFileTest, ExplainShowsTheRulesAndAllows) {
  const Output output =
      Explain("spiffe://prod/a", {.recipients = {{"secret"}}, .workflow_slug = "invoice"});
  EXPECT_EQ(output.out,
            "all callers\n"
            "  allow_calls       true\n"
            "  allow_open_calls  true\n"
            "caller spiffe://prod/a\n"
            "  workflow_slugs    invoice, résumé\n"
            "  must_name_slug    true\n"
            "  allow_open_calls  true\n"
            "  allow_slug_alone  false\n"
            "  max_recipients    2\n"
            "  calls_per_second  0.5\n"
            "  burst             4\n"
            "allowed\n");
  EXPECT_EQ(output.err, "");
  EXPECT_EQ(output.exit_code, 0);
}

TEST_F(PolicyFileTest, ExplainShowsWhatHasNoLimitAndRefuses) {
  const Output output = Explain("b.internal", {.recipients = {{"secret"}}});
  EXPECT_EQ(output.out,
            "all callers\n"
            "  allow_calls       true\n"
            "  allow_open_calls  true\n"
            "caller b.internal\n"
            "  workflow_slugs    any\n"
            "  must_name_slug    false\n"
            "  allow_open_calls  false\n"
            "  allow_slug_alone  false\n"
            "  max_recipients    any number\n"
            "  calls_per_second  any number\n"
            "refused: this caller must set an execution_id or idempotency_key "
            "(allow_open_calls)\n");
  EXPECT_EQ(output.err, "");
  EXPECT_EQ(output.exit_code, 1);
}

TEST_F(PolicyFileTest, EveryFilterIsPutBeforeThePolicy) {
  EXPECT_EQ(Explain("b.internal", {.execution_id = "e"}).exit_code, 0);
  EXPECT_EQ(Explain("b.internal", {.idempotency_key = "k"}).exit_code, 0);
  EXPECT_EQ(Explain("b.internal", {.workflow_slug = "w"}).exit_code, 1);
  const auto said = [this](const client::CancelRequest& request) {
    return Explain("spiffe://prod/a", request).out;
  };
  EXPECT_THAT(said({.execution_id = "e"}), EndsWith("(must_name_slug)\n"));
  EXPECT_THAT(said({.execution_id = "e", .workflow_slug = "secret"}),
              EndsWith("(workflow_slugs)\n"));
  EXPECT_THAT(said({.workflow_slug = "secret"}), Not(HasSubstr("secret")));
  EXPECT_THAT(said({.workflow_slug = "invoice"}), EndsWith("(allow_slug_alone)\n"));
  EXPECT_THAT(said({.recipients = {{"a", "b", "c"}}, .workflow_slug = "invoice"}),
              EndsWith("(max_recipients)\n"));
  EXPECT_THAT(said({.recipients = {{"a", "b"}}, .workflow_slug = "invoice"}),
              EndsWith("\nallowed\n"));
}

TEST_F(PolicyFileTest, KillSwitchesAreShown) {
  const Output output = Explain("a", {.execution_id = "e"},
                                R"({"allow_calls": false, "allow_open_calls": false,
                                    "callers": {"a": {}}})");
  EXPECT_THAT(output.out, HasSubstr("all callers\n  allow_calls       false\n"
                                    "  allow_open_calls  false\n"));
  EXPECT_THAT(output.out, EndsWith("(allow_calls)\n"));
  EXPECT_EQ(output.exit_code, 1);
}

TEST_F(PolicyFileTest, WhoIsNotInTheFileIsRefused) {
  for (const char* caller : {"spiffe://prod/A", "spiffe://prod/a/", "nobody\x1B"}) {
    const Output output = Explain(caller, {.execution_id = "e"});
    EXPECT_THAT(output.out,
                EndsWith("\nrefused: the policy does not name this caller (callers)\n"));
    EXPECT_THAT(output.out, Not(HasSubstr("\x1B")));
    EXPECT_EQ(output.exit_code, 1);
  }
}

}  // namespace
}  // namespace suprsend_gateway::cli
