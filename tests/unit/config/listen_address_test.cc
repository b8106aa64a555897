#include "service/config/listen_address.h"

#include <gtest/gtest.h>

#include <string>

namespace suprsend_gateway::config {
namespace {

TEST(ListenAddressTest, ReadsAndWritesAddresses) {
  struct Case {
    const char* text;
    const char* host;
    int port;
    const char* written;
  };
  const Case cases[] = {
      {"127.0.0.1:50051", "127.0.0.1", 50051, "127.0.0.1:50051"},
      {"0.0.0.0:0", "0.0.0.0", 0, "0.0.0.0:0"},
      {"255.255.255.255:65535", "255.255.255.255", 65535, "255.255.255.255:65535"},
      {"localhost:1", "localhost", 1, "localhost:1"},
      {"[::]:80", "::", 80, "[::]:80"},
      {"[::1]:00080", "::1", 80, "[::1]:80"},
      {"[2001:db8::1]:9", "2001:db8::1", 9, "[2001:db8::1]:9"},
      {"[::ffff:127.0.0.1]:9", "::ffff:127.0.0.1", 9, "[::ffff:127.0.0.1]:9"},
  };
  for (const Case& c : cases) {
    const auto address = ParseListenAddress(c.text);
    ASSERT_TRUE(address.has_value()) << c.text;
    EXPECT_EQ(address->host, c.host);
    EXPECT_EQ(address->port, c.port);
    EXPECT_EQ(ToString(*address), c.written);
  }
}

TEST(ListenAddressTest, RefusesAnythingElse) {
  const std::string cases[] = {
      "",
      ":",
      ":50051",
      "50051",
      "127.0.0.1",
      "127.0.0.1:",
      "127.0.0.1:65536",
      "127.0.0.1:99999999999999999999",
      "127.0.0.1:-1",
      "127.0.0.1:+1",
      "127.0.0.1: 1",
      "127.0.0.1:1 ",
      " 127.0.0.1:1",
      "127.0.0.1 :1",
      "127.0.0.1:0x10",
      "127.0.0.1:1.0",
      "127.0.0.1:http",
      "127.0.0.1:000080",
      "127.0.0.1:80:90",
      "127.0.0.1\n:80",
      "127.1:80",
      "127.0.0:80",
      "0177.0.0.1:80",
      "0x7f.0.0.1:80",
      "256.0.0.1:80",
      "example.com:80",
      "LOCALHOST:80",
      "localhost.:80",
      "::1:80",
      "::1",
      "[::1]",
      "[::1]80",
      "[::1]:",
      "[::1:80",
      "::1]:80",
      "[]:80",
      "[127.0.0.1]:80",
      "[localhost]:80",
      "[::1%lo]:80",
      "[[::1]]:80",
      "[:::1]:80",
      "http://127.0.0.1:80",
      "127.0.0.1/8:80",
      "user@127.0.0.1:80",
      "*:80",
  };
  for (const std::string& text : cases) EXPECT_FALSE(ParseListenAddress(text)) << text;
}

TEST(ListenAddressTest, KnowsLoopback) {
  for (const char* host : {"127.0.0.1", "127.255.255.255", "127.0.0.0", "::1", "localhost"}) {
    EXPECT_TRUE(IsLoopback(host)) << host;
  }
  for (const char* host : {"0.0.0.0", "128.0.0.1", "126.255.255.255", "10.0.0.1", "::", "::2",
                           "::ffff:10.0.0.1", "localhost.example", "127.0.0.1.example", ""}) {
    EXPECT_FALSE(IsLoopback(host)) << host;
  }
}

}  // namespace
}  // namespace suprsend_gateway::config
