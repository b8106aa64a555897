#include "service/gateway/file_states.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/time/clock.h"
#include "tests/support/metrics_text.h"

namespace suprsend_gateway::gateway {
namespace {

using testing::Sample;

constexpr char kFileOk[] = "suprsend_gateway_file_ok";

class FileStatesTest : public ::testing::Test {
 protected:
  telemetry::StatusReport Report() const {
    telemetry::StatusReport report;
    states_.AddTo(report);
    return report;
  }

  telemetry::Metrics metrics_{"1"};
  FileStates states_{metrics_};
};

TEST_F(FileStatesTest, AFileIsGoodUntilAFaultAndAgainOnceThatIsMended) {
  states_.Add("tls", "a.pem, b.pem");
  ASSERT_EQ(Report().files.size(), 1u);
  EXPECT_EQ(Report().files[0].name, "tls");
  EXPECT_EQ(Report().files[0].path, "a.pem, b.pem");
  EXPECT_TRUE(Report().files[0].is_good);
  EXPECT_EQ(Sample(metrics_.Serialize(), kFileOk, {{"file", "tls"}}), 1);

  states_.SetFaulty("tls", "a.pem is empty");
  EXPECT_FALSE(Report().files[0].is_good);
  EXPECT_EQ(Report().files[0].fault, "a.pem is empty");
  EXPECT_EQ(Sample(metrics_.Serialize(), kFileOk, {{"file", "tls"}}), 0);

  states_.SetGood("tls");
  EXPECT_TRUE(Report().files[0].is_good);
  EXPECT_EQ(Report().files[0].fault, "");
  EXPECT_EQ(Report().files[0].path, "a.pem, b.pem");
  EXPECT_EQ(Sample(metrics_.Serialize(), kFileOk, {{"file", "tls"}}), 1);
}

TEST_F(FileStatesTest, TheKeyStandsByItselfUnderItsFingerprint) {
  const absl::Time before = absl::Now();
  states_.Add(FileStates::kApiKey, "/keys/api_key");
  states_.ApiKeyLoaded("0a1b2c3d");
  const telemetry::StatusReport report = Report();
  EXPECT_TRUE(report.files.empty());
  ASSERT_TRUE(report.api_key.has_value());
  EXPECT_EQ(report.api_key->fingerprint, "0a1b2c3d");
  EXPECT_EQ(report.api_key->file.path, "/keys/api_key");
  EXPECT_TRUE(report.api_key->file.is_good);
  EXPECT_GE(report.api_key->loaded, before);
  EXPECT_EQ(
      Sample(metrics_.Serialize(), "suprsend_gateway_api_key_info", {{"fingerprint", "0a1b2c3d"}}),
      1);
}

TEST_F(FileStatesTest, ACertificateIsKnownByItsEnd) {
  constexpr char kNotAfter[] = "suprsend_gateway_certificate_not_after_timestamp_seconds";
  const absl::Time end = absl::FromUnixSeconds(2'000'000'000);
  states_.CertificateLoaded(FileStates::kTlsCertificate, absl::UnixEpoch());
  states_.CertificateLoaded(FileStates::kTlsCertificate, end);
  states_.CertificateLoaded(FileStates::kClientAuthorities, end + absl::Hours(1));
  const telemetry::StatusReport report = Report();
  ASSERT_EQ(report.certificates.size(), 2u);
  EXPECT_EQ(report.certificates[0].what, "client_ca");
  EXPECT_EQ(report.certificates[1].what, "tls_cert");
  EXPECT_EQ(report.certificates[1].not_after, end);
  EXPECT_EQ(Sample(metrics_.Serialize(), kNotAfter, {{"file", "tls_cert"}}), 2e9);
  EXPECT_EQ(Sample(metrics_.Serialize(), kNotAfter, {{"file", "client_ca"}}), 2e9 + 3600);
}

}  // namespace
}  // namespace suprsend_gateway::gateway
