#include "tests/emulator/flags.h"

#include <gtest/gtest.h>

#include <tuple>

namespace suprsend_gateway::emulator {
namespace {

TEST(ParseListenAddressTest, HostAndPort) {
  for (const auto& [text, host, port] :
       {std::tuple("127.0.0.1:8081", "127.0.0.1", 8081), std::tuple("[::1]:0", "::1", 0),
        std::tuple("localhost:65535", "localhost", 65535)}) {
    const auto address = ParseListenAddress(text);
    ASSERT_TRUE(address.ok()) << text;
    EXPECT_EQ(address->host, host);
    EXPECT_EQ(address->port, port);
  }
}

TEST(ParseListenAddressTest, Refused) {
  for (const char* text :
       {"", ":", "8081", ":8081", "host", "host:", "host:-1", "host:65536", "host:80x", "::1:80",
        "[::1]", "[]:80", "[host]:80", "http://host:80", "host:99999999999"}) {
    EXPECT_FALSE(ParseListenAddress(text).ok()) << text;
  }
}

}  // namespace
}  // namespace suprsend_gateway::emulator
