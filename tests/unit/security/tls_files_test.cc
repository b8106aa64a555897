#include "service/security/tls_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "tests/support/certificates.h"
#include "tests/support/process.h"
#include "tests/support/temp_dir.h"

namespace suprsend_gateway::security {
namespace {

using std::chrono::hours;
using std::chrono::system_clock;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::ReadFile;

// What the reading of `path` says is wrong with it, which must name it.
template <typename Result>
std::string Fault(const Result& result, const std::string& path) {
  if (result.ok()) return "none";
  const std::string message(result.status().message());
  EXPECT_THAT(message, HasSubstr(path));
  return message;
}

class TlsFilesTest : public ::testing::Test {
 protected:
  const testing::CertificateAuthority authority_;
  const testing::CertificateFiles server_ = authority_.Issue("server", "DNS:localhost");
  const testing::CertificateFiles other_ = authority_.Issue("other", "DNS:localhost");
  const testing::TempDir directory_;
};

TEST_F(TlsFilesTest, AChainIsReadWholeWithTheEndOfItsFirst) {
  const std::string text = ReadFile(server_.certificate) + ReadFile(authority_.ca_file());
  const auto read = ReadServerCertificate(directory_.Write("chain.pem", text));
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->chain, text);
  EXPECT_GT(read->not_after, system_clock::now() + hours(47));
  EXPECT_LT(read->not_after, system_clock::now() + hours(49));
}

TEST_F(TlsFilesTest, AKeyThatBelongsToTheCertificateIsTaken) {
  const auto key = ReadPrivateKey(server_.key, ReadFile(server_.certificate));
  ASSERT_TRUE(key.ok()) << key.status();
  EXPECT_EQ(*key, ReadFile(server_.key));
}

TEST_F(TlsFilesTest, SeveralAuthoritiesAreTaken) {
  const testing::CertificateAuthority second;
  const std::string both = ReadFile(authority_.ca_file()) + ReadFile(second.ca_file());
  const auto read = ReadClientAuthorities(directory_.Write("both.pem", both));
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->pem, both);
}

TEST_F(TlsFilesTest, AuthoritiesEndWithTheLastOfThemAlsoWhereItIsToBeValidLater) {
  const auto end_of = [this](const std::string& content) {
    const auto read = ReadClientAuthorities(directory_.Write("ca.pem", content));
    return read.ok() ? read->not_after : system_clock::time_point();
  };
  const std::string now = ReadFile(authority_.ca_file());
  EXPECT_GT(end_of(now), system_clock::now() + hours(47));
  EXPECT_LT(end_of(now), system_clock::now() + hours(49));
  const std::string later = ReadFile(
      authority_.IssueForLater("later", "DNS:later\nbasicConstraints=CA:TRUE").certificate);
  EXPECT_EQ(end_of(now + later), system_clock::from_time_t(3'818'448'000)) << "2091-01-01";
  EXPECT_EQ(end_of(later + now), system_clock::from_time_t(3'818'448'000));
  // What is no authority does not count.
  EXPECT_EQ(end_of(now + ReadFile(authority_.IssueForLater("leaf", "DNS:leaf").certificate)),
            end_of(now));
}

TEST_F(TlsFilesTest, AuthoritiesOfWhichNoneVouchesNowAreRefused) {
  // A line of the file of extensions each.
  const std::string old_authority =
      ReadFile(authority_.IssueExpired("old", "DNS:old\nbasicConstraints=CA:TRUE").certificate);
  const std::string own = ReadFile(server_.certificate);
  for (const std::string& content : {own, old_authority, old_authority + own}) {
    const std::string path = directory_.Write("bad.pem", content);
    EXPECT_THAT(Fault(ReadClientAuthorities(path), path),
                HasSubstr("holds no certificate authority that is valid now"));
  }
  const std::string some = old_authority + own + ReadFile(authority_.ca_file());
  const auto read = ReadClientAuthorities(directory_.Write("some.pem", some));
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->pem, some);
}

TEST_F(TlsFilesTest, WhatIsNoCertificateIsRefused) {
  const std::string good = ReadFile(server_.certificate);
  const std::string bad[] = {
      "",
      "text\n",
      good.substr(0, good.size() / 2),
      "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
      good + "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
      good + good.substr(0, good.size() / 2)};
  for (const std::string& content : bad) {
    const std::string path = directory_.Write("bad.pem", content);
    EXPECT_THAT(Fault(ReadServerCertificate(path), path), HasSubstr("and none that is broken"));
    EXPECT_THAT(Fault(ReadClientAuthorities(path), path), HasSubstr("and none that is broken"));
  }
}

TEST_F(TlsFilesTest, WhatIsNotValidNowIsRefused) {
  const testing::CertificateFiles expired = authority_.IssueExpired("old", "DNS:localhost");
  EXPECT_THAT(Fault(ReadServerCertificate(expired.certificate), expired.certificate),
              HasSubstr("has expired"));
}

// Every handshake would fail on it.
TEST_F(TlsFilesTest, AChainThatOpenSslFindsUnsafeIsRefused) {
  const std::string small = authority_.MakeWeak("localhost").certificate;
  EXPECT_THAT(Fault(ReadServerCertificate(small), small), HasSubstr("its key is too short"));
  const std::string chain =
      directory_.Write("chain.pem", ReadFile(server_.certificate) + ReadFile(small));
  EXPECT_THAT(Fault(ReadServerCertificate(chain), chain),
              HasSubstr("a key in its chain is too short"));
}

TEST_F(TlsFilesTest, AKeyThatIsNoneOrEncryptedIsRefusedAndNotShown) {
  const std::string encrypted = directory_.Path("encrypted.key");
  testing::RunCommand({"openssl", "pkey", "-in", server_.key, "-aes128", "-passout", "pass:secret",
                       "-out", encrypted});
  const std::string good = ReadFile(server_.key);
  for (const std::string& path :
       {encrypted, directory_.Write("empty", ""), directory_.Write("text", "canary"),
        directory_.Write("half", good.substr(0, good.size() / 2)), server_.certificate}) {
    EXPECT_THAT(Fault(ReadPrivateKey(path, ReadFile(server_.certificate)), path),
                AllOf(HasSubstr("must hold a private key in PEM, without a password"),
                      Not(HasSubstr("canary"))));
  }
  EXPECT_THAT(Fault(ReadPrivateKey(other_.key, ReadFile(server_.certificate)), other_.key),
              HasSubstr("does not belong to the certificate"));
}

TEST_F(TlsFilesTest, WhatCannotBeReadIsRefused) {
  const std::pair<std::string, const char*> files[] = {
      {directory_.Path("missing"), "cannot read"},
      {directory_.path(), "is not a regular file"},
      {directory_.Write("large", std::string((1 << 20) + 1, '\n')), "is longer than 1 MiB"},
  };
  for (const auto& [path, why] : files) {
    EXPECT_THAT(Fault(ReadServerCertificate(path), path), HasSubstr(why));
    EXPECT_THAT(Fault(ReadPrivateKey(path, ""), path), HasSubstr(why));
    EXPECT_THAT(Fault(ReadClientAuthorities(path), path), HasSubstr(why));
  }
}

}  // namespace
}  // namespace suprsend_gateway::security
