#include "service/net/tls_probe.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "tests/support/black_hole.h"
#include "tests/support/certificates.h"
#include "tests/support/nginx.h"
#include "tests/support/raw_upstream.h"

namespace suprsend_gateway::net {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;
using testing::RawConnection;
using testing::RawRequest;
using testing::RawUpstream;

int PortOf(const std::string& url) { return std::stoi(url.substr(url.rfind(':') + 1)); }

TEST(TlsProbeTest, AServerThatAnswersIsAlive) {
  const testing::CertificateAuthority authority;
  const testing::Nginx server({.certificate = authority.Issue("server", "DNS:other.internal"),
                               .upstream_url = "http://127.0.0.1:9"});
  EXPECT_TRUE(AnswersHandshake("127.0.0.1", PortOf(server.Url("")), seconds(10)));
  EXPECT_TRUE(AnswersHandshake("localhost", PortOf(server.Url("")), seconds(10)));
}

TEST(TlsProbeTest, WhatSpeaksNoTlsIsNot) {
  RawUpstream server([](const RawRequest&, RawConnection&) {});
  EXPECT_FALSE(AnswersHandshake("127.0.0.1", server.port(), milliseconds(200)));
}

TEST(TlsProbeTest, NorIsWhatDoesNotAcceptOrIsNotThere) {
  const auto start = steady_clock::now();
  const testing::BlackHole full;
  const std::string url = full.Url();
  EXPECT_FALSE(AnswersHandshake("127.0.0.1", PortOf(url), milliseconds(200)));
  EXPECT_FALSE(AnswersHandshake("127.0.0.1", 1, milliseconds(200)));
  EXPECT_FALSE(AnswersHandshake("no.such.host.invalid", 1, milliseconds(200)));
  EXPECT_LT(steady_clock::now() - start, seconds(30));
}

}  // namespace
}  // namespace suprsend_gateway::net
