#include "service/net/listen.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/raw_client.h"

namespace suprsend_gateway::net {
namespace {

using testing::RawClient;

std::string At(int port) { return "127.0.0.1:" + std::to_string(port); }

TEST(ListenTest, TakesAFreePort) {
  const auto listening = Listen("127.0.0.1", 0);
  ASSERT_TRUE(listening.ok()) << listening.status();
  ASSERT_EQ(listening->sockets.size(), 1U);
  EXPECT_GT(listening->port, 0);
  EXPECT_TRUE(RawClient(At(listening->port)).connected());
}

TEST(ListenTest, EveryAddressIsReachedThroughEach) {
  for (const char* everywhere : {"0.0.0.0", "::"}) {
    const auto listening = Listen(everywhere, 0);
    ASSERT_TRUE(listening.ok()) << everywhere << ": " << listening.status();
    EXPECT_TRUE(RawClient(At(listening->port)).connected()) << everywhere;
  }
}

TEST(ListenTest, ANameMayHaveSeveralAddressesAndHasOnePort) {
  const auto listening = Listen("localhost", 0);
  ASSERT_TRUE(listening.ok()) << listening.status();
  EXPECT_TRUE(RawClient(At(listening->port)).connected());
}

TEST(ListenTest, SaysWhyItCannot) {
  const auto first = Listen("127.0.0.1", 0);
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ(Listen("127.0.0.1", first->port).status().message(), "Address already in use");
  // Of the documentation's addresses (RFC 5737), so nobody's.
  EXPECT_EQ(Listen("192.0.2.1", 0).status().message(), "Cannot assign requested address");
  EXPECT_EQ(Listen("no.such.host.invalid", 0).ok(), false);
}

TEST(ListenTest, APortIsFreeAgainThoughItsConnectionsLinger) {
  auto first = Listen("127.0.0.1", 0);
  ASSERT_TRUE(first.ok()) << first.status();
  const int port = first->port;
  { const RawClient client(At(port)); }
  first->sockets.clear();
  EXPECT_TRUE(Listen("127.0.0.1", port).ok());
}

}  // namespace
}  // namespace suprsend_gateway::net
