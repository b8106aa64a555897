#include "client/cli/host_port.h"

#include "gtest/gtest.h"

namespace suprsend_gateway::cli {
namespace {

TEST(HostPortTest, TakesNamesAndAddresses) {
  for (const char* text : {"127.0.0.1:50051", "localhost:1", "gateway.internal:65535", "[::1]:443",
                           "[fe80::1%eth0]:443", "my_service-2:80"}) {
    const auto parsed = ParseHostPort(text);
    ASSERT_TRUE(parsed) << text;
    EXPECT_EQ(ToString(*parsed), text);
  }
  EXPECT_EQ(ParseHostPort("[::1]:443")->host, "::1");
  EXPECT_EQ(ParseHostPort("[::1]:443")->port, 443);
}

TEST(HostPortTest, RefusesEverythingElse) {
  for (const char* text : {"",
                           ":",
                           "localhost",
                           "localhost:",
                           ":50051",
                           "localhost:0",
                           "localhost:65536",
                           "localhost:-1",
                           "localhost:+1",
                           "localhost: 1",
                           "localhost:1x",
                           "http://localhost:1",
                           "::1:443",
                           "[]:443",
                           "[::1:443",
                           "[::1]",
                           "user@host:1",
                           "host name:1",
                           "host/path:1",
                           "dns:///host:1",
                           "localhost:99999999999999999999"}) {
    EXPECT_FALSE(ParseHostPort(text)) << text;
  }
}

}  // namespace
}  // namespace suprsend_gateway::cli
