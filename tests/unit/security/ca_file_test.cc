#include "service/security/ca_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/certificates.h"
#include "tests/support/temp_dir.h"

namespace suprsend_gateway::security {
namespace {

TEST(CaFileTest, ACertificateInPemIsTaken) {
  const testing::CertificateAuthority authority;
  EXPECT_TRUE(CheckCaFile(authority.ca_file()).ok());
}

TEST(CaFileTest, SeveralAreTakenAndTextAroundThemToo) {
  const testing::CertificateAuthority one;
  const testing::CertificateAuthority two;
  const testing::TempDir directory;
  const std::string path =
      directory.Write("bundle.pem", "# ours\n" + testing::ReadFile(one.ca_file()) +
                                        testing::ReadFile(two.ca_file()));
  EXPECT_TRUE(CheckCaFile(path).ok());
}

TEST(CaFileTest, AnythingElseIsRefusedByName) {
  const testing::CertificateAuthority authority;
  const testing::TempDir directory;
  const std::string whole = testing::ReadFile(authority.ca_file());
  const std::string paths[] = {
      directory.Path("missing"),
      directory.path(),
      directory.Write("empty", ""),
      directory.Write("text", "no certificate\n"),
      directory.Write("half", whole.substr(0, whole.size() / 2)),
      directory.Write("broken", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
  };
  for (const std::string& path : paths) {
    const absl::Status status = CheckCaFile(path);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << path;
    EXPECT_EQ(std::string(status.message()),
              path + " must be a readable file with at least one certificate in PEM");
  }
}

}  // namespace
}  // namespace suprsend_gateway::security
