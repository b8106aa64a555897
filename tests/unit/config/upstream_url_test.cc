#include "service/config/upstream_url.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace suprsend_gateway::config {
namespace {

TEST(UpstreamUrlTest, ReadsAndNormalises) {
  struct Case {
    const char* text;
    const char* url;
    bool is_https;
    bool is_loopback;
  };
  const Case cases[] = {
      {"https://hub.suprsend.com", "https://hub.suprsend.com", true, false},
      {"https://hub.suprsend.com/", "https://hub.suprsend.com", true, false},
      {"https://hub.suprsend.com//", "https://hub.suprsend.com", true, false},
      {"HTTPS://hub.suprsend.com", "https://hub.suprsend.com", true, false},
      {"hTTp://127.0.0.1:1", "http://127.0.0.1:1", false, true},
      {"https://hub.example:8443/prefix/", "https://hub.example:8443/prefix", true, false},
      {"https://hub.example:65535/a/b", "https://hub.example:65535/a/b", true, false},
      {"https://hub.example/a/../b/./c", "https://hub.example/b/c", true, false},
      {"https://hub.example/../..", "https://hub.example", true, false},
      {"https://hub.example/%2f/%0d%0a", "https://hub.example/%2f/%0d%0a", true, false},
      {"http://localhost:8080", "http://localhost:8080", false, true},
      {"http://127.9.9.9/", "http://127.9.9.9", false, true},
      {"http://[::1]:80/x", "http://[::1]:80/x", false, true},
      {"https://[2001:db8::1]", "https://[2001:db8::1]", true, false},
      {"http://10.0.0.1", "http://10.0.0.1", false, false},
      {"http://localhost.example", "http://localhost.example", false, false},
      {"http://127.0.0.1.example", "http://127.0.0.1.example", false, false},
  };
  for (const Case& c : cases) {
    const auto url = ParseUpstreamUrl(c.text);
    ASSERT_TRUE(url.ok()) << c.text;
    EXPECT_EQ(url->url, c.url) << c.text;
    EXPECT_EQ(url->is_https, c.is_https) << c.text;
    EXPECT_EQ(url->is_loopback, c.is_loopback) << c.text;
  }
}

// Odd spellings of an address: what counts as loopback is what is connected to.
TEST(UpstreamUrlTest, SeesThroughSpellingsOfLoopback) {
  for (const char* text : {"http://127.1", "http://0x7f000001", "http://2130706433",
                           "http://%31%32%37.0.0.1", "http://017700000001"}) {
    const auto url = ParseUpstreamUrl(text);
    ASSERT_TRUE(url.ok()) << text;
    EXPECT_EQ(url->url, "http://127.0.0.1") << text;
    EXPECT_TRUE(url->is_loopback) << text;
  }
}

TEST(UpstreamUrlTest, RefusesAnythingElse) {
  const std::string cases[] = {
      "",
      " ",
      "hub.suprsend.com",
      "//hub.suprsend.com",
      "https:",
      "https://",
      "https:///",
      "https:///path",
      "https:/hub.example",
      "https:hub.example",
      "https//hub.example",
      "https://:443",
      "https://:443/path",
      "ftp://hub.example",
      "file:///etc/passwd",
      "javascript:alert(1)",
      "httpss://hub.example",
      "https+unix://hub.example",
      "unix:///run/socket",
      " https://hub.example",
      "https://hub.example ",
      "https://hub example",
      "https://hub.example/a b",
      "https://hub.example\n",
      "https://hub.example\r\nX-Header: 1",
      "https://hub.example/\x01",
      "https://hub.example/\x7f",
      "https://hub.\texample",
      "https://user@hub.example",
      "https://user:password@hub.example",
      "https://:password@hub.example",
      "https://@hub.example",
      "https://hub.example/@",
      "https://hub.example?",
      "https://hub.example/?query=1",
      "https://hub.example/path?query",
      "https://hub.example#",
      "https://hub.example/#fragment",
      "https://hub.example\\path",
      "https:\\\\hub.example",
      "https://hub.example:0",
      "https://hub.example:65536",
      "https://hub.example:99999999999999999999",
      "https://hub.example:-1",
      "https://hub.example:port",
      "https://hub.example:80:90",
      "https://hub.example:8 0",
      "https://[::1",
      "https://::1]",
      "https://::1",
      "https://[]",
      "https://[127.0.0.1]",
      "https://[::g]",
      "https://hub<example>",
      "https://hub.example/a///b",
  };
  for (const std::string& text : cases) {
    const auto url = ParseUpstreamUrl(text);
    ASSERT_FALSE(url.ok()) << text << " → " << url->url;
    EXPECT_EQ(url.status().code(), absl::StatusCode::kInvalidArgument) << text;
  }
}

TEST(UpstreamUrlTest, AnErrorSaysWhatIsAllowedAndDoesNotRepeatTheText) {
  const auto url = ParseUpstreamUrl("https://user:hunter2@hub.example");
  EXPECT_EQ(std::string(url.status().message()),
            "must be http:// or https://, a host, an optional port and an optional path prefix, "
            "without user, password, query or fragment");
}

}  // namespace
}  // namespace suprsend_gateway::config
