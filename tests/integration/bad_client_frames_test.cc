// Clients whose bytes are not HTTP/2, or not as it wants them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "tests/integration/bad_client_harness.h"
#include "tests/support/raw_client.h"
#include "tests/support/wait.h"

namespace suprsend_gateway::testing {
namespace {

using http2::Frame;
using http2::Number;

using FramesTest = BadClientTest;

TEST_F(FramesTest, WhatIsNoHttp2EndsItsConnectionAndNoOther) {
  StartGateway();
  const std::string hello = http2::Hello();
  const std::string headers = Frame(http2::kHeaders, http2::kEndHeaders, 1, http2::CallHeaders());
  const std::pair<const char*, std::string> cases[] = {
      {"HTTP/1.1", "GET / HTTP/1.1\r\nHost: gateway\r\n\r\n"},
      {"TLS", std::string("\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00", 10)},
      {"SETTINGS of five bytes", hello + Frame(http2::kSettings, 0, 0, "abcde")},
      {"SETTINGS on a stream", hello + Frame(http2::kSettings, 0, 1)},
      {"an ACK of SETTINGS with content", hello + Frame(http2::kSettings, 1, 0, "sixsix")},
      {"PING of seven bytes", hello + Frame(http2::kPing, 0, 0, "sevenby")},
      {"WINDOW_UPDATE of three bytes", hello + Frame(http2::kWindowUpdate, 0, 0, "abc")},
      {"HEADERS on no stream", hello + Frame(http2::kHeaders, 4, 0, http2::CallHeaders())},
      {"CONTINUATION of nothing", hello + Frame(http2::kContinuation, 4, 1, "x")},
      {"PING inside of headers",
       hello + Frame(http2::kHeaders, 0, 1, "") + Frame(http2::kPing, 0, 0, "eight by")},
      {"RST_STREAM of no stream", hello + Frame(http2::kResetStream, 0, 0, Number(8))},
      {"RST_STREAM of three bytes", hello + headers + Frame(http2::kResetStream, 0, 1, "abc")},
      {"padding over the frame's end", hello + Frame(http2::kHeaders, 4 | 8, 1, "\xff")},
      {"an index that HPACK does not have", hello + Frame(http2::kHeaders, 4, 1, "\xff\x7f")},
      {"a frame larger than was agreed",
       hello + Frame(http2::kData, 0, 1, std::string((1 << 24) - 1, 'x'))},
  };
  for (const auto& [name, bytes] : cases) {
    const RawClient bad(gateway_->address());
    bad.Send(bytes);  // It may be closed before it has said all.
    // Two of them gRPC lets pass.
    std::printf("%s: %s\n", name, bad.WaitForClose(std::chrono::seconds(1)) ? "closed" : "stays");
  }
  ExpectNoHarm(150);
  EXPECT_TRUE(ServesNewClients());
  EXPECT_TRUE(IsLive());
}

TEST_F(FramesTest, HeadersWithoutEndAreNotTakenIn) {
  StartGateway();
  for (int i = 0; i < 10; ++i) {
    const RawClient bad(gateway_->address());
    ASSERT_TRUE(bad.Send(http2::Hello() + Frame(http2::kHeaders, 0, 1, http2::CallHeaders())));
    const std::string more = http2::HeaderBlock({{"x-more", std::string(8'000, 'x')}});
    for (int part = 0; part < 2'000 && bad.Send(Frame(http2::kContinuation, 0, 1, more)); ++part) {
    }
  }
  ExpectNoHarm(150);
  EXPECT_TRUE(ServesNewClients());
}

// What begins well and goes on at random, a thousand times; the same on every run.
TEST_F(FramesTest, RandomBytesDoNoHarm) {
  StartGateway();
  std::mt19937 random(20261125);
  for (int i = 0; i < 1'000; ++i) {
    const RawClient bad(gateway_->address());
    std::string bytes = http2::Hello();
    for (int frame = 0; frame < 20; ++frame) {
      std::string payload(random() % 64, '\0');
      for (char& byte : payload) byte = static_cast<char>(random());
      if (random() % 2 == 0) payload = http2::CallHeaders() + payload;
      bytes += Frame(static_cast<char>(random() % 11), static_cast<int>(random() % 256),
                     random() % 4 == 0 ? 0 : static_cast<uint32_t>(random() % 64), payload);
    }
    bad.Send(bytes);
  }
  ExpectNoHarm(150);
  EXPECT_TRUE(ServesNewClients());
  EXPECT_TRUE(IsLive());
}

}  // namespace
}  // namespace suprsend_gateway::testing
