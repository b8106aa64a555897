#include "service/net/acceptor.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <atomic>
#include <chrono>
#include <climits>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "service/net/listen.h"
#include "tests/support/raw_client.h"
#include "tests/support/wait.h"

namespace suprsend_gateway::net {
namespace {

using base::MemoryState;
using testing::kPatience;
using testing::RawClient;
using testing::WaitUntil;

class AcceptorTest : public ::testing::Test {
 protected:
  void Start(int end_of_descriptors = INT_MAX) {
    auto listening = Listen("127.0.0.1", 0);
    ASSERT_TRUE(listening.ok()) << listening.status();
    address_ = "127.0.0.1:" + std::to_string(listening->port);
    acceptor_ = std::make_unique<Acceptor>(
        std::move(listening->sockets),
        [this](base::FileDescriptor connection, int listening_fd) {
          EXPECT_GE(listening_fd, 0);
          const std::lock_guard lock(mutex_);
          connections_.push_back(std::move(connection));
        },
        Acceptor::Limits{
            .end_of_descriptors = end_of_descriptors,
            .on_turned_away = [this] { ++turned_away_; },
            .look =
                [this] {
                  ++looks_;
                  // Growth is told once, and then the memory is short as before.
                  MemoryState now = MemoryState::kShortAndGrows;
                  if (memory_.compare_exchange_strong(now, MemoryState::kShort)) grew_ = true;
                  return now;
                },
            .on_ended = [this](const Connections::Sender& sender) { ended_ += sender.bytes; }});
  }

  // Waits for two looks: the second has seen whatever was set before.
  bool LooksAgain() {
    const int before = looks_;
    return WaitUntil([this, before] { return looks_ >= before + 2; }, kPatience);
  }

  // Memory grows, and what is done about it has been done.
  bool GrowsOnce() {
    grew_ = false;
    memory_ = MemoryState::kShortAndGrows;
    return WaitUntil([this] { return grew_.load(); }, kPatience) && LooksAgain();
  }

  size_t Accepted() {
    const std::lock_guard lock(mutex_);
    return connections_.size();
  }

  std::string address_;
  std::mutex mutex_;
  std::vector<base::FileDescriptor> connections_;
  std::atomic<int> turned_away_ = 0;
  std::atomic<int> looks_ = 0;
  std::atomic<MemoryState> memory_ = MemoryState::kEnough;
  std::atomic<bool> grew_ = false;
  std::atomic<size_t> ended_ = 0;
  std::unique_ptr<Acceptor> acceptor_;  // Last: it calls back with all of the above.
};

int OptionOf(const base::FileDescriptor& socket, int level, int option) {
  int value = -1;
  socklen_t size = sizeof(value);
  EXPECT_EQ(getsockopt(socket.fd(), level, option, &value, &size), 0);
  return value;
}

TEST_F(AcceptorTest, HandsConnectionsOver) {
  Start();
  const RawClient one(address_);
  const RawClient two(address_);
  ASSERT_TRUE(WaitUntil([this] { return Accepted() == 2; }, kPatience));
  for (const base::FileDescriptor& connection : connections_) {
    EXPECT_TRUE(fcntl(connection.fd(), F_GETFL) & O_NONBLOCK);
    EXPECT_TRUE(fcntl(connection.fd(), F_GETFD) & FD_CLOEXEC);
    EXPECT_EQ(OptionOf(connection, IPPROTO_TCP, TCP_NODELAY), 1);
  }
  EXPECT_EQ(turned_away_, 0);
  EXPECT_FALSE(one.IsClosed());
}

TEST_F(AcceptorTest, KeepsTheDescriptorsAboveItsEndForOthers) {
  const base::FileDescriptor lowest(dup(STDIN_FILENO));
  // The acceptor takes two; each client takes one, and so does its connection where it is accepted.
  Start(/*end_of_descriptors=*/lowest.fd() + 6);
  const RawClient one(address_);
  ASSERT_TRUE(WaitUntil([this] { return Accepted() == 1; }, kPatience));
  {
    const RawClient two(address_);
    EXPECT_TRUE(two.WaitForClose(kPatience));
  }
  EXPECT_EQ(turned_away_, 1);
  EXPECT_EQ(Accepted(), 1U);
  EXPECT_FALSE(one.IsClosed());
  {
    const std::lock_guard lock(mutex_);
    connections_.clear();
  }
  const RawClient three(address_);
  EXPECT_TRUE(WaitUntil([this] { return Accepted() == 1; }, kPatience)) << "there is room again";
}

TEST_F(AcceptorTest, GoesOnListeningAfterTheSystemHadNoDescriptor) {
  Start();
  base::FileDescriptor client(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  rlimit limit;
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &limit), 0);
  const rlimit none = {.rlim_cur = 0, .rlim_max = limit.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &none), 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  to.sin_port = htons(static_cast<in_port_t>(std::stoi(address_.substr(address_.find(':') + 1))));
  const bool connected =
      connect(client.fd(), reinterpret_cast<const sockaddr*>(&to), sizeof(to)) == 0;
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  const size_t accepted = Accepted();
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &limit), 0);
  EXPECT_TRUE(connected);
  EXPECT_EQ(accepted, 0U);
  EXPECT_TRUE(WaitUntil([this] { return Accepted() == 1; }, kPatience));
  EXPECT_EQ(turned_away_, 0);
}

TEST_F(AcceptorTest, EndsWhoSendsMostWhileMemoryGrowsIfItIsMuch) {
  Start();
  const RawClient quiet(address_);
  const RawClient loud(address_);
  ASSERT_TRUE(WaitUntil([this] { return Accepted() == 2; }, kPatience));
  const std::string much(40'000, 'x');  // Which finds room though nobody reads it.
  ASSERT_TRUE(loud.Send(much));
  memory_ = MemoryState::kShort;
  ASSERT_TRUE(LooksAgain());
  ASSERT_TRUE(quiet.Send("little"));
  ASSERT_TRUE(GrowsOnce());
  EXPECT_FALSE(loud.IsClosed()) << "what came before the counting does not count";
  EXPECT_EQ(ended_, 0U);
  ASSERT_TRUE(loud.Send(much));
  memory_ = MemoryState::kShortAndGrows;
  EXPECT_TRUE(loud.WaitForClose(kPatience));
  EXPECT_TRUE(WaitUntil([this] { return ended_ > 0; }, kPatience));
  EXPECT_FALSE(quiet.IsClosed());
}

TEST_F(AcceptorTest, WhereMemoryGrowsOnItEndsThoseWhoSendLess) {
  Start();
  const RawClient small(address_);
  const RawClient smallest(address_);
  ASSERT_TRUE(WaitUntil([this] { return Accepted() == 2; }, kPatience));
  memory_ = MemoryState::kShort;
  ASSERT_TRUE(LooksAgain());
  for (int i = 0; i < 20 && !small.IsClosed(); ++i) {
    EXPECT_TRUE(small.Send(std::string(1'000, 'x')));
    EXPECT_TRUE(smallest.Send("little"));
    ASSERT_TRUE(GrowsOnce());
  }
  EXPECT_TRUE(small.WaitForClose(kPatience));
  EXPECT_FALSE(smallest.IsClosed()) << "that cannot be what memory is taken by";
}

TEST_F(AcceptorTest, WhatTheEndedHaveLeftIsNotLaidOnThoseWhoSendFarLess) {
  Start();
  const RawClient small(address_);
  const RawClient loud(address_);
  ASSERT_TRUE(WaitUntil([this] { return Accepted() == 2; }, kPatience));
  memory_ = MemoryState::kShort;
  ASSERT_TRUE(LooksAgain());
  ASSERT_TRUE(loud.Send(std::string(40'000, 'x')));
  memory_ = MemoryState::kShortAndGrows;
  ASSERT_TRUE(loud.WaitForClose(kPatience));
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(small.Send(std::string(1'000, 'x')));
    ASSERT_TRUE(GrowsOnce());
  }
  EXPECT_FALSE(small.IsClosed());
}

TEST_F(AcceptorTest, TurnsNewConnectionsAwayWhileMemoryIsShort) {
  Start();
  const RawClient before(address_);
  ASSERT_TRUE(WaitUntil([this] { return Accepted() == 1; }, kPatience));
  memory_ = MemoryState::kShort;
  ASSERT_TRUE(LooksAgain());
  EXPECT_TRUE(RawClient(address_).WaitForClose(kPatience));
  EXPECT_EQ(turned_away_, 1);
  EXPECT_FALSE(before.IsClosed());
  memory_ = MemoryState::kNear;
  ASSERT_TRUE(LooksAgain());
  const RawClient after(address_);
  EXPECT_TRUE(WaitUntil([this] { return Accepted() == 2; }, kPatience));
}

TEST_F(AcceptorTest, GoesOnLookingOnceItNoLongerListens) {
  Start();
  const RawClient inside(address_);
  ASSERT_TRUE(WaitUntil([this] { return Accepted() == 1; }, kPatience));
  acceptor_->StopListening();
  EXPECT_FALSE(RawClient(address_).connected());
  EXPECT_TRUE(LooksAgain());
  EXPECT_FALSE(inside.IsClosed());
  acceptor_->EndAll();
  EXPECT_TRUE(inside.WaitForClose(kPatience));
}

TEST_F(AcceptorTest, EndsAtOnceAndListensNoMore) {
  Start();
  acceptor_.reset();
  EXPECT_FALSE(RawClient(address_).connected());
}

}  // namespace
}  // namespace suprsend_gateway::net
