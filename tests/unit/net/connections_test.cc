#include "service/net/connections.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <optional>
#include <string>
#include <utility>

#include "service/net/listen.h"
#include "service/net/socket.h"
#include "tests/support/raw_client.h"
#include "tests/support/wait.h"

namespace suprsend_gateway::net {
namespace {

using testing::kPatience;
using testing::RawClient;

class ConnectionsTest : public ::testing::Test {
 protected:
  // A client, and the server's side of its connection, which is known to `connections_`.
  std::pair<RawClient, Socket> Connect() {
    RawClient client("127.0.0.1:" + std::to_string(listening_.port));
    Socket connection(-1);
    EXPECT_TRUE(testing::WaitUntil(
        [&] {
          Socket accepted(accept(listening_.sockets[0].fd(), nullptr, nullptr));
          if (accepted.fd() < 0) return false;
          connection.Reset(accepted.Release());
          return true;
        },
        kPatience));
    connections_.Add(connection.fd());
    return {std::move(client), std::move(connection)};
  }

  Listening listening_ = *Listen("127.0.0.1", 0);
  Connections connections_;
};

TEST_F(ConnectionsTest, EndsTheBiggestSenderSinceTheCountingBegan) {
  const auto [long_ago, its_end] = Connect();
  const auto [loud, loud_end] = Connect();
  const auto [quiet, quiet_end] = Connect();
  ASSERT_TRUE(long_ago.Send(std::string(50'000, 'x')));
  connections_.StartCounting();
  ASSERT_TRUE(loud.Send(std::string(2'000, 'x')));
  ASSERT_TRUE(quiet.Send(std::string(1'000, 'x')));
  const auto ended = connections_.EndBiggestSender(2'000);
  ASSERT_TRUE(ended.has_value());
  EXPECT_EQ(ended->bytes, 2'000U);
  EXPECT_TRUE(ended->peer.starts_with("127.0.0.1:")) << ended->peer;
  EXPECT_TRUE(loud.WaitForClose(kPatience));
  EXPECT_FALSE(quiet.IsClosed());
  EXPECT_FALSE(long_ago.IsClosed());
}

TEST_F(ConnectionsTest, LeavesThemWhereNobodySendsMuch) {
  EXPECT_FALSE(connections_.EndBiggestSender(0).has_value()) << "there is none";
  const auto [client, end] = Connect();
  connections_.StartCounting();
  ASSERT_TRUE(client.Send(std::string(1'999, 'x')));
  EXPECT_FALSE(connections_.EndBiggestSender(2'000).has_value());
  EXPECT_FALSE(client.IsClosed());
}

// The owner closes a connection without a word, and the number goes to something else.
TEST_F(ConnectionsTest, NeverEndsWhatHasTheDescriptorNow) {
  auto [client, connection] = Connect();
  connections_.StartCounting();
  ASSERT_TRUE(client.Send(std::string(5'000, 'x')));
  const int fd = connection.fd();
  int pair[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
  const Socket one(pair[0]);
  const Socket other(pair[1]);
  ASSERT_EQ(dup2(one.fd(), fd), fd);
  EXPECT_FALSE(connections_.EndBiggestSender(0).has_value());
  EXPECT_EQ(send(other.fd(), "x", 1, MSG_NOSIGNAL), 1) << "it was shut down";
}

TEST_F(ConnectionsTest, ADescriptorThatIsClosedIsForgotten) {
  {
    const auto [client, connection] = Connect();
    connections_.StartCounting();
  }
  EXPECT_FALSE(connections_.EndBiggestSender(0).has_value());
}

}  // namespace
}  // namespace suprsend_gateway::net
