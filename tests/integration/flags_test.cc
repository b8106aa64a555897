// What an operator meets on the command line.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "tests/support/certificates.h"
#include "tests/support/gateway.h"
#include "tests/support/gateway_client.h"
#include "tests/support/raw_upstream.h"
#include "tests/support/temp_dir.h"

namespace suprsend_gateway::testing {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

class FlagsTest : public ::testing::Test {
 protected:
  std::vector<std::string> GoodFlags() const {
    return {"--listen=127.0.0.1:0", "--admin_listen=127.0.0.1:0",
            "--upstream_url=http://127.0.0.1:9", "--api_key_file=" + key_file_};
  }

  // The good flags with those of the same name replaced.
  std::vector<std::string> With(const std::vector<std::string>& flags) const {
    std::vector<std::string> argv = {GatewayBinary()};
    for (const std::string& good : GoodFlags()) {
      bool replaced = false;
      for (const std::string& flag : flags) {
        replaced = replaced || flag.starts_with(good.substr(0, good.find('=') + 1));
      }
      if (!replaced) argv.push_back(good);
    }
    argv.insert(argv.end(), flags.begin(), flags.end());
    return argv;
  }

  // Ends with 1 and a message that holds each of `parts`; nothing was started. Returns the message.
  std::string ExpectRefused(const std::vector<std::string>& flags,
                            const std::vector<std::string>& parts) {
    Process process(With(flags));
    // Comes back at once when the process ends, and at its ready line when it does not.
    const bool started =
        process
            .WaitForLine(
                [](const std::string& line) { return line.find("serving on") != line.npos; },
                kPatience)
            .has_value();
    EXPECT_FALSE(started) << process.Stderr();
    if (started) return "";
    EXPECT_EQ(process.WaitForExit(kPatience), 1);
    const std::string message = process.Stderr();
    for (const std::string& part : parts) EXPECT_THAT(message, HasSubstr(part));
    EXPECT_THAT(process.Stdout(), IsEmpty());
    return message;
  }

  TempDir directory_;
  std::string key_file_ = directory_.Write("key", kApiKey);
};

struct BadFlag {
  std::string name;
  std::vector<std::string> values;
  // Words of what is allowed, one of which the message has.
  std::vector<std::string> allowed;
};

TEST_F(FlagsTest, BadValues) {
  const std::vector<std::string> durations = {"",   "abc", "10", "-1s", "0s",
                                              "1x", "inf", "0",  "1h",  "10s "};
  const std::vector<std::string> addresses = {"",
                                              "127.0.0.1",
                                              "127.0.0.1:",
                                              ":",
                                              "127.0.0.1:65536",
                                              "127.0.0.1:-1",
                                              "127.0.0.1:http",
                                              "127.0.0.1:80:80",
                                              "999.0.0.1:0",
                                              "http://127.0.0.1:0",
                                              "no host:0",
                                              "unix:/tmp/socket",
                                              "[::1:0"};
  const std::vector<std::string> urls = {"",
                                         "hub.example.com",
                                         "ftp://hub.example.com/",
                                         "//hub.example.com/",
                                         "https://",
                                         "https:///path",
                                         "https://hub.example.com:0/",
                                         "https://hub.example.com:65536/",
                                         "https://hub.example.com:abc/",
                                         "https://hub.example.com/?a=b",
                                         "https://hub.example.com/?",
                                         "https://hub.example.com/#f",
                                         "https://hub.example.com/a b",
                                         "https://hub.example.com/\n",
                                         "https://hub example.com/",
                                         "file:///etc/passwd",
                                         "http://hub.example.com/",
                                         "http://192.0.2.1/"};
  const std::vector<std::string> booleans = {"maybe", "2", "truefalse"};
  const std::vector<std::string> numbers = {"", "abc", "-1", "1.5", "1e3", "99999999999"};
  const std::vector<BadFlag> flags = {
      {"listen", addresses, {"must be", "allowed"}},
      {"admin_listen", addresses, {"must be", "allowed"}},
      {"upstream_url", urls, {"must", "allowed"}},
      {"default_deadline", durations, {"must be", "allowed"}},
      {"max_deadline", durations, {"must be", "allowed"}},
      {"connect_timeout", durations, {"must be", "allowed"}},
      {"attempt_timeout", durations, {"must be", "allowed"}},
      {"breaker_window", durations, {"must be", "allowed"}},
      {"breaker_probe_interval", durations, {"must be", "allowed"}},
      {"max_connection_age", {"", "abc", "10", "-1s", "0s", "25h"}, {"must be", "allowed"}},
      {"audit_failure", {"", "maybe"}, {"must be", "allowed"}},
      {"drain_delay", {"", "abc", "10", "-1s", "1h"}, {"must be", "allowed"}},
      {"drain_timeout", {"", "abc", "10", "-1s", "1h"}, {"must be", "allowed"}},
      {"max_attempts", numbers, {"must be", "allowed"}},
      {"retry_budget_percent", numbers, {"must be", "allowed"}},
      {"max_in_flight", numbers, {"must be", "allowed"}},
      {"breaker_failure_percent", numbers, {"must be", "allowed"}},
      {"breaker_min_attempts", numbers, {"must be", "allowed"}},
      {"allow_plaintext_listen", booleans, {"must be", "allowed"}},
      {"allow_plaintext_upstream", booleans, {"must be", "allowed"}},
      {"allow_any_verified_caller", booleans, {"must be", "allowed"}},
      {"trust_forwarded_client_cert", booleans, {"must be", "allowed"}},
      {"access_log", booleans, {"must be", "allowed"}},
      {"reflection", booleans, {"must be", "allowed"}}};
  for (const BadFlag& flag : flags) {
    for (const std::string& value : flag.values) {
      SCOPED_TRACE("--" + flag.name + "='" + value + "'");
      const std::string message =
          ExpectRefused({"--" + flag.name + "=" + value}, {flag.name, value});
      EXPECT_THAT(message, AnyOf(HasSubstr(flag.allowed[0]), HasSubstr(flag.allowed[1])));
    }
  }
}

// A password in the URL is refused without being written to the log.
TEST_F(FlagsTest, UserInfoIsRefusedAndNotShown) {
  for (const std::string url :
       {"https://user:hunter2@hub.example.com/", "https://hunter2@hub.example.com/"}) {
    EXPECT_THAT(ExpectRefused({"--upstream_url=" + url}, {"upstream_url"}),
                Not(HasSubstr("hunter2")));
  }
}

TEST_F(FlagsTest, AnotherAddressThanLoopbackNeedsSayingSo) {
  for (const std::string address : {"0.0.0.0:0", "[::]:0", "192.0.2.1:0"}) {
    SCOPED_TRACE(address);
    ExpectRefused({"--listen=" + address}, {"--listen", address, "--allow_plaintext_listen"});
  }
}

TEST_F(FlagsTest, PlaintextToAnotherHostNeedsSayingSo) {
  ExpectRefused({"--upstream_url=http://hub.example.com/"},
                {"--upstream_url", "http://hub.example.com/", "--allow_plaintext_upstream"});
}

TEST_F(FlagsTest, UnknownFlagsAndArguments) {
  ExpectRefused({"--no_such_flag=1"}, {"no_such_flag"});
  ExpectRefused({"argument"}, {"argument"});
  // The key is never a flag.
  ExpectRefused({"--api_key=secret"}, {"api_key"});
}

TEST_F(FlagsTest, KeyFilesThatAreNone) {
  const std::string missing = directory_.Path("missing");
  ExpectRefused({"--api_key_file=" + missing}, {"api_key_file", missing});
  ExpectRefused({"--api_key_file="}, {"api_key_file"});
  ExpectRefused({"--api_key_file=" + directory_.path()}, {"api_key_file", directory_.path()});

  const std::vector<std::pair<std::string, std::string>> malformed = {
      {"empty", ""},
      {"blank", " \n\t "},
      {"two_lines", "canary_first\ncanary_second\n"},
      {"nul", std::string("canary_a\0b", 10)},
      {"control",
       "canary_a\x01"
       "b"},
      {"return", "canary_a\rb"}};
  for (const auto& [name, content] : malformed) {
    SCOPED_TRACE(name);
    const std::string file = directory_.Write(name, content);
    EXPECT_THAT(ExpectRefused({"--api_key_file=" + file}, {"api_key_file", file}),
                Not(HasSubstr("canary")));
  }
}

TEST_F(FlagsTest, AMissingKeyFileFlag) {
  Process process({GatewayBinary(), "--listen=127.0.0.1:0", "--admin_listen=127.0.0.1:0"});
  EXPECT_EQ(process.WaitForExit(kPatience), 1);
  EXPECT_THAT(process.Stderr(), HasSubstr("--api_key_file"));
}

TEST_F(FlagsTest, WhiteSpaceAroundTheKeyIsStripped) {
  RawUpstream upstream(Always(HttpResponse(200, R"({"execution_ids":[]})")));
  const std::string file = directory_.Write("spaced", std::string(" \t") + kApiKey + " \r\n\n");
  Gateway gateway(upstream.Url(), {"--api_key_file=" + file});
  GatewayClient client(gateway.address());
  EXPECT_TRUE(client.Cancel({.execution_id = "dsl_1"}).ok());
  ASSERT_EQ(upstream.RequestCount(), 1U);
  EXPECT_EQ(upstream.Requests()[0].Header("authorization"), std::string("Bearer ") + kApiKey);
}

TEST_F(FlagsTest, AnUnusableAuthorityFile) {
  const std::string missing = directory_.Path("missing.pem");
  ExpectRefused({"--upstream_ca_file=" + missing}, {"upstream_ca_file", missing});
  const std::string garbage = directory_.Write("garbage.pem", "no certificate");
  ExpectRefused({"--upstream_ca_file=" + garbage}, {"upstream_ca_file", garbage});
}

TEST_F(FlagsTest, UnusableTlsAndPolicyFiles) {
  const CertificateAuthority authority;
  const CertificateFiles server = authority.Issue("server", "IP:127.0.0.1");
  const std::string garbage = directory_.Write("garbage", "canary");
  const std::map<std::string, std::string> good = {
      {"tls_cert_file", server.certificate},
      {"tls_key_file", server.key},
      {"client_ca_file", authority.ca_file()},
      {"caller_policy_file", directory_.Write("policy.json", R"({"callers": {}})")}};
  for (const auto& [bad, _] : good) {
    for (const std::string& file : {garbage, directory_.Path("missing")}) {
      std::vector<std::string> flags;
      for (const auto& [name, value] : good) {
        flags.push_back("--" + name + "=" + (name == bad ? file : value));
      }
      EXPECT_THAT(ExpectRefused(flags, {"--" + bad + ": ", file}), Not(HasSubstr("canary")));
    }
  }
}

// No caller could connect.
TEST_F(FlagsTest, ACertificateThatOpenSslFindsUnsafe) {
  const CertificateAuthority authority;
  const CertificateFiles server = authority.MakeWeak("server");
  ExpectRefused({"--tls_cert_file=" + server.certificate, "--tls_key_file=" + server.key,
                 "--client_ca_file=" + authority.ca_file(), "--allow_any_verified_caller"},
                {"--tls_cert_file: ", server.certificate, "its key is too short"});
}

// One line, which says why, and none about serving or stopping.
TEST_F(FlagsTest, APortThatIsTaken) {
  RawUpstream taken([](const RawRequest&, RawConnection&) {});
  const std::string address = "127.0.0.1:" + std::to_string(taken.port());
  for (const std::string flag : {"--listen", "--admin_listen"}) {
    EXPECT_EQ(ExpectRefused({flag + "=" + address}, {}), "suprsend-gateway: " + flag +
                                                             ": cannot listen on " + address +
                                                             ": Address already in use\n");
  }
}

TEST_F(FlagsTest, AnAddressOfAnotherMachine) {
  const std::string address = "192.0.2.1:0";
  for (const std::string flag : {"--listen", "--admin_listen"}) {
    EXPECT_EQ(ExpectRefused({flag + "=" + address, "--allow_plaintext_listen"}, {}),
              "suprsend-gateway: " + flag + ": cannot listen on " + address +
                  ": Cannot assign requested address\n");
  }
}

TEST_F(FlagsTest, HelpAndVersion) {
  Process help({GatewayBinary(), "--help"});
  EXPECT_EQ(help.WaitForExit(kPatience), 0);
  for (const std::string flag : {"--listen",
                                 "--upstream_url",
                                 "--upstream_ca_file",
                                 "--api_key_file",
                                 "--allow_plaintext_listen",
                                 "--tls_cert_file",
                                 "--tls_key_file",
                                 "--client_ca_file",
                                 "--trust_forwarded_client_cert",
                                 "--caller_policy_file",
                                 "--allow_any_verified_caller",
                                 "--max_connection_age",
                                 "--access_log",
                                 "--audit_log",
                                 "--audit_hmac_key_file",
                                 "--audit_failure",
                                 "--allow_plaintext_upstream",
                                 "--admin_listen",
                                 "--default_deadline",
                                 "--max_deadline",
                                 "--connect_timeout",
                                 "--reflection",
                                 "--max_attempts",
                                 "--attempt_timeout",
                                 "--retry_budget_percent",
                                 "--max_in_flight",
                                 "--breaker_failure_percent",
                                 "--breaker_min_attempts",
                                 "--breaker_window",
                                 "--breaker_probe_interval",
                                 "--drain_delay",
                                 "--drain_timeout"}) {
    EXPECT_THAT(help.Stdout(), HasSubstr(flag));
  }

  Process version({GatewayBinary(), "--version"});
  EXPECT_EQ(version.WaitForExit(kPatience), 0);
  EXPECT_THAT(version.Stdout(), StartsWith("suprsend-gateway 0.1.0"));
  EXPECT_THAT(version.Stderr(), IsEmpty());
}

TEST_F(FlagsTest, HelpThatCannotBeWrittenIsAFailure) {
  for (const std::string flag : {"--help", "--version"}) {
    for (const std::string stdout_is : {"/dev/full", "&-"}) {
      SCOPED_TRACE(flag + " >" + stdout_is);
      Process process({"sh", "-c", "\"$0\" \"$1\" >" + stdout_is, GatewayBinary(), flag});
      EXPECT_EQ(process.WaitForExit(kPatience), 1);
      EXPECT_THAT(process.Stderr(), StartsWith("suprsend-gateway: cannot write to stdout: "));
    }
  }
}

}  // namespace
}  // namespace suprsend_gateway::testing
