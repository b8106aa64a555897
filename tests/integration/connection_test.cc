// What the gateway bounds of its callers' connections.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <string>

#include "tests/support/gateway.h"
#include "tests/support/gateway_client.h"
#include "tests/support/raw_upstream.h"

namespace suprsend_gateway::testing {
namespace {

using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr char kGoaway = 7;

// An HTTP/2 connection that does nothing by itself.
class IdleConnection {
 public:
  explicit IdleConnection(const std::string& address)
      : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    to.sin_port = htons(static_cast<uint16_t>(std::stoi(address.substr(address.rfind(':') + 1))));
    EXPECT_EQ(connect(fd_, reinterpret_cast<const sockaddr*>(&to), sizeof(to)), 0);
    const timeval patience = {.tv_sec = kPatience.count(), .tv_usec = 0};
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    const std::string hello =
        std::string("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n") + std::string("\0\0\0\4\0\0\0\0\0", 9);
    EXPECT_EQ(send(fd_, hello.data(), hello.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(hello.size()));
  }
  ~IdleConnection() { close(fd_); }
  IdleConnection(const IdleConnection&) = delete;
  IdleConnection& operator=(const IdleConnection&) = delete;

  // Reads frames until one of that type; false where none comes.
  bool ReadUntil(char type) {
    for (;;) {
      while (buffer_.size() < 9) {
        if (!ReadSome()) return false;
      }
      const auto byte = [this](size_t at) { return static_cast<unsigned char>(buffer_[at]); };
      const size_t size = 9 + (size_t{byte(0)} << 16 | size_t{byte(1)} << 8 | byte(2));
      if (buffer_[3] == type) return true;
      while (buffer_.size() < size) {
        if (!ReadSome()) return false;
      }
      buffer_.erase(0, size);
    }
  }

 private:
  bool ReadSome() {
    std::array<char, 4096> bytes;
    const ssize_t got = recv(fd_, bytes.data(), bytes.size(), 0);
    if (got > 0) buffer_.append(bytes.data(), static_cast<size_t>(got));
    return got > 0;
  }

  const int fd_;
  std::string buffer_;
};

TEST(ConnectionTest, IsToldToGoAtItsAgeAndNoCallFails) {
  RawUpstream upstream(Always(HttpResponse(200, R"({"execution_ids":["dsl_1"]})")));
  const Gateway gateway(upstream.Url(), {"--max_connection_age=1s"});
  IdleConnection idle(gateway.address());
  GatewayClient client(gateway.address());
  const auto start = steady_clock::now();
  int calls = 0;
  while (steady_clock::now() < start + seconds(4)) {
    const CallReply reply = client.Cancel({.execution_id = "dsl_1"});
    ASSERT_TRUE(reply.ok()) << reply << " after " << calls << " calls";
    ++calls;
  }
  EXPECT_GT(calls, 0);
  EXPECT_TRUE(idle.ReadUntil(kGoaway));
}

// gRPC's own answer, without our ErrorInfo. It sometimes closes the connection then, by where the
// bytes were cut on the way; so what is within the limit goes on another one.
TEST(ConnectionTest, MetadataOverItsLimitIsRefused) {
  RawUpstream upstream(Always(HttpResponse(200, R"({"execution_ids":["dsl_1"]})")));
  const Gateway gateway(upstream.Url());
  GatewayClient client(gateway.address());
  std::map<std::string, std::string> metadata;
  for (int i = 0; i < 3; ++i) metadata["x-large-" + std::to_string(i)] = std::string(7'000, 'x');
  const CallReply refused = client.Cancel({.execution_id = "dsl_1"}, {.metadata = metadata});
  EXPECT_EQ(refused.code, "RESOURCE_EXHAUSTED");
  EXPECT_EQ(refused.reason, "");
  EXPECT_EQ(upstream.RequestCount(), 0U);
  metadata.erase("x-large-2");
  const CallReply next =
      GatewayClient(gateway.address()).Cancel({.execution_id = "dsl_1"}, {.metadata = metadata});
  EXPECT_TRUE(next.ok()) << next;
}

}  // namespace
}  // namespace suprsend_gateway::testing
