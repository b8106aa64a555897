#include "service/net/connections.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>
#include <utility>
#include <vector>

#include "service/base/file_descriptor.h"
#include "service/net/listen.h"
#include "tests/support/raw_client.h"
#include "tests/support/wait.h"

namespace suprsend_gateway::net {
namespace {

using testing::kPatience;
using testing::RawClient;

class ConnectionsTest : public ::testing::Test {
 protected:
  // A client, and the server's side of its connection, which is known to `connections_`.
  std::pair<RawClient, base::FileDescriptor> Connect() {
    RawClient client("127.0.0.1:" + std::to_string(listening_.port));
    base::FileDescriptor connection(-1);
    EXPECT_TRUE(testing::WaitUntil(
        [&] {
          base::FileDescriptor accepted(accept(listening_.sockets[0].fd(), nullptr, nullptr));
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
  const auto ended = connections_.EndBiggestSenders(1, 500);
  ASSERT_EQ(ended.size(), 1U);
  EXPECT_EQ(ended[0].bytes, 2'000U);
  EXPECT_TRUE(ended[0].peer.starts_with("127.0.0.1:")) << ended[0].peer;
  EXPECT_TRUE(loud.WaitForClose(kPatience));
  EXPECT_FALSE(quiet.IsClosed());
  EXPECT_FALSE(long_ago.IsClosed());
}

TEST_F(ConnectionsTest, EndsAsManyAsItIsTold) {
  std::vector<std::pair<RawClient, base::FileDescriptor>> all;
  for (int i = 0; i < 4; ++i) all.push_back(Connect());
  connections_.StartCounting();
  for (size_t i = 0; i < all.size(); ++i) {
    ASSERT_TRUE(all[i].first.Send(std::string(1'000 * (i + 1), 'x')));
  }
  EXPECT_EQ(connections_.EndBiggestSenders(2, 1'000).size(), 2U);
  EXPECT_FALSE(all[0].first.IsClosed());
  EXPECT_FALSE(all[1].first.IsClosed());
  EXPECT_TRUE(all[2].first.WaitForClose(kPatience));
  EXPECT_TRUE(all[3].first.WaitForClose(kPatience));
  connections_.EndAll();
  EXPECT_TRUE(all[0].first.WaitForClose(kPatience));
  EXPECT_TRUE(all[1].first.WaitForClose(kPatience));
}

// A process that has none left can end a connection all the same.
TEST_F(ConnectionsTest, NeedsNoFreeDescriptor) {
  const auto [client, end] = Connect();
  connections_.StartCounting();
  ASSERT_TRUE(client.Send("some"));
  rlimit limit;
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &limit), 0);
  std::vector<base::FileDescriptor> all;
  const rlimit few = {.rlim_cur = 64, .rlim_max = limit.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &few), 0);
  int next = 0;
  while ((next = dup(STDIN_FILENO)) >= 0) all.emplace_back(next);
  const size_t ended = connections_.EndBiggestSenders(1, 1).size();
  all.clear();
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &limit), 0);
  EXPECT_EQ(ended, 1U);
  EXPECT_TRUE(client.WaitForClose(kPatience));
}

TEST_F(ConnectionsTest, LeavesThemWhereNobodySendsMuch) {
  EXPECT_TRUE(connections_.EndBiggestSenders(9, 0).empty()) << "there is none";
  const auto [client, end] = Connect();
  connections_.StartCounting();
  ASSERT_TRUE(client.Send(std::string(1'999, 'x')));
  EXPECT_TRUE(connections_.EndBiggestSenders(9, 2'000).empty());
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
  const base::FileDescriptor one(pair[0]);
  const base::FileDescriptor other(pair[1]);
  ASSERT_EQ(dup2(one.fd(), fd), fd);
  EXPECT_TRUE(connections_.EndBiggestSenders(9, 0).empty());
  EXPECT_EQ(send(other.fd(), "x", 1, MSG_NOSIGNAL), 1) << "it was shut down";
}

TEST_F(ConnectionsTest, ADescriptorThatIsClosedIsForgotten) {
  {
    const auto [client, connection] = Connect();
    connections_.StartCounting();
  }
  EXPECT_TRUE(connections_.EndBiggestSenders(9, 0).empty());
}

}  // namespace
}  // namespace suprsend_gateway::net
