#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "tests/unit/config/command_line.h"

namespace suprsend_gateway::config {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

using CallersTest = CommandLineTest;

const std::string kCert = "--tls_cert_file=/c";
const std::string kKey = "--tls_key_file=/k";
const std::string kCa = "--client_ca_file=/a";
const std::string kPolicy = "--caller_policy_file=/p";
const std::string kAnyone = "--allow_any_verified_caller";
const std::string kForwarded = "--trust_forwarded_client_cert";

TEST_F(CallersTest, TheDefaultIsPlaintextOnLoopbackWithoutNames) {
  const Config config = ConfigOf({});
  EXPECT_FALSE(config.tls.is_on());
  EXPECT_FALSE(config.trust_forwarded_client_cert);
  EXPECT_EQ(config.caller_policy_file, "");
  EXPECT_EQ(config.audit_log, "");
  EXPECT_FALSE(config.audit_fails_closed);
  EXPECT_EQ(config.max_connection_age, std::chrono::minutes(10));
}

TEST_F(CallersTest, WithTlsEveryAddressIsAllowed) {
  const Config config = ConfigOf({kCert, kKey, kCa, kPolicy, "--listen=0.0.0.0:1"});
  EXPECT_TRUE(config.tls.is_on());
  EXPECT_EQ(config.tls.cert_file, "/c");
  EXPECT_EQ(config.tls.key_file, "/k");
  EXPECT_EQ(config.tls.client_ca_file, "/a");
  EXPECT_EQ(config.caller_policy_file, "/p");
  EXPECT_FALSE(config.reflection) << "auto, beyond loopback";
}

TEST_F(CallersTest, TheTlsFilesAreAllOrNone) {
  EXPECT_THAT(ErrorOf({kKey, kPolicy}), StartsWith("--tls_cert_file=: is required"));
  EXPECT_THAT(ErrorOf({kCa, kPolicy}), StartsWith("--tls_cert_file=: is required"));
  EXPECT_THAT(ErrorOf({kCert, kCa, kPolicy}), StartsWith("--tls_key_file=: is required"));
  EXPECT_THAT(ErrorOf({kCert, kKey, kPolicy}), StartsWith("--client_ca_file=: is required"));
}

// Otherwise it would be open to everyone who has a certificate, and nobody had said so.
TEST_F(CallersTest, CallersWithNamesNeedAPolicyOrAWordThatNoneIsWanted) {
  for (const std::vector<std::string>& names :
       {std::vector<std::string>{kCert, kKey, kCa}, std::vector<std::string>{kForwarded}}) {
    const auto with = [&names](std::vector<std::string> more) {
      more.insert(more.end(), names.begin(), names.end());
      return more;
    };
    EXPECT_THAT(ErrorOf(with({})), StartsWith("--caller_policy_file=: one of two is required"));
    EXPECT_THAT(ErrorOf(with({kPolicy, kAnyone})),
                StartsWith("--caller_policy_file=/p: one of two is required"));
    EXPECT_EQ(ErrorOf(with({kPolicy})), "");
    EXPECT_EQ(ErrorOf(with({kAnyone})), "");
  }
}

TEST_F(CallersTest, APolicyNeedsCallersWithNames) {
  EXPECT_THAT(ErrorOf({kPolicy}), StartsWith("--caller_policy_file=/p: needs callers that have"));
  EXPECT_THAT(ErrorOf({kAnyone}),
              StartsWith("--allow_any_verified_caller=true: needs callers that have"));
}

TEST_F(CallersTest, AForwardedCertificateIsTrustedOnLoopbackWithoutTlsOnly) {
  EXPECT_TRUE(ConfigOf({kForwarded, kPolicy}).trust_forwarded_client_cert);
  EXPECT_TRUE(ConfigOf({kForwarded, kPolicy, "--listen=[::1]:1"}).trust_forwarded_client_cert);
  for (const std::vector<std::string>& flags :
       {std::vector<std::string>{"--listen=0.0.0.0:1", "--allow_plaintext_listen"},
        std::vector<std::string>{kCert, kKey, kCa}}) {
    std::vector<std::string> all = flags;
    all.insert(all.end(), {kForwarded, kPolicy});
    EXPECT_THAT(ErrorOf(all), StartsWith("--trust_forwarded_client_cert=true: is allowed only"));
  }
}

// Who wants calls refused without an audit log must not get calls without an audit log.
TEST_F(CallersTest, WhatRefusesCallsWithoutAnAuditLogNeedsOne) {
  EXPECT_THAT(ErrorOf({"--audit_failure=closed"}),
              StartsWith("--audit_failure=closed: needs --audit_log"));
  EXPECT_THAT(ErrorOf({"--audit_failure=closed", "--audit_hmac_key_file=/h"}),
              StartsWith("--audit_log=: is required"));
}

TEST_F(CallersTest, AnAuditLogAndItsKeyGoTogether) {
  const Config config =
      ConfigOf({"--audit_log=-", "--audit_hmac_key_file=/h", "--audit_failure=closed"});
  EXPECT_EQ(config.audit_log, "-");
  EXPECT_EQ(config.audit_hmac_key_file, "/h");
  EXPECT_TRUE(config.audit_fails_closed);
  EXPECT_FALSE(ConfigOf({"--audit_failure=open"}).audit_fails_closed);
  EXPECT_THAT(ErrorOf({"--audit_log=/l"}), StartsWith("--audit_hmac_key_file=: is required"));
  EXPECT_THAT(ErrorOf({"--audit_hmac_key_file=/h"}), StartsWith("--audit_log=: is required"));
  for (const char* value : {"", "maybe", "Open"}) {
    EXPECT_THAT(ErrorOf({std::string("--audit_failure=") + value}),
                HasSubstr(": must be open or closed"));
  }
}

}  // namespace
}  // namespace suprsend_gateway::config
