// Upstream refuses the key that a request came with.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "tests/integration/key_rotation_harness.h"
#include "tests/support/metrics_text.h"

namespace suprsend_gateway::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kRefused[] = "INTERNAL/UPSTREAM_CREDENTIALS_REJECTED/NOT_APPLIED";

// The key is replaced when the request is on its way: nobody can have seen the new file before.
TEST_F(KeyRotation, ACallWithAKeyThatWasJustRevokedIsTriedOnceMore) {
  keys_.Accept({Key(2)});
  for (const CancelRequest& request : {kPinned, kOpen}) {
    Put(Key(1));
    Start();
    upstream_.SetScript([&](const RawRequest& refused, RawConnection& connection) {
      if (refused.Header("authorization") == "Bearer " + Key(1)) Put(Key(2));
      keys_.Answer(refused, connection);
    });
    upstream_.ForgetRequests();
    const CallReply reply = Call(request);
    EXPECT_TRUE(reply.ok()) << reply;
    EXPECT_FALSE(reply.may_be_incomplete) << "401 says that nothing was done";
    EXPECT_EQ(upstream_.RequestCount(), 2U);
    const auto record = gateway_->WaitForRecord(reply.Trailer("x-request-id"));
    EXPECT_EQ(record.value_or(CallRecord()).attempts, 2);
  }
}

TEST_F(KeyRotation, ARetryIsWithinTheMostAttempts) {
  keys_.Accept({Key(2)});
  Put(Key(1));
  Start({"--max_attempts=1"});
  upstream_.SetScript([&](const RawRequest& request, RawConnection& connection) {
    Put(Key(2));
    keys_.Answer(request, connection);
  });
  EXPECT_EQ(Call().Verdict(), kRefused);
  EXPECT_TRUE(Call().ok()) << "the 401 was what made the gateway look";
}

TEST_F(KeyRotation, NoMoreThanOnceACall) {
  Put(Key(0));
  Start();
  std::atomic<int> rotations = 0;
  upstream_.SetScript([&](const RawRequest& request, RawConnection& connection) {
    Put(Key(++rotations));
    keys_.Answer(request, connection);
  });
  const CallReply reply = Call(kPinned);
  EXPECT_EQ(reply.Verdict(), kRefused) << reply;
  EXPECT_EQ(reply.Metadata("attempts"), "2");
  EXPECT_EQ(reply.Metadata("http_status"), "401");
}

// How often a file has been opened since this began.
class OpenCount {
 public:
  // With the closing, since equal events that follow each other are one for inotify.
  explicit OpenCount(const std::string& path) {
    EXPECT_GE(inotify_add_watch(fd_, path.c_str(), IN_OPEN | IN_CLOSE_NOWRITE), 0);
  }
  ~OpenCount() { close(fd_); }
  int Get() {
    inotify_event event;
    while (read(fd_, &event, sizeof(event)) == sizeof(event)) {
      if ((event.mask & IN_OPEN) != 0) ++count_;
    }
    return count_;
  }

 private:
  const int fd_ = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  int count_ = 0;
};

TEST_F(KeyRotation, CallsThatAreRefusedWithTheSameKeyShareALookAtTheFile) {
  constexpr size_t kCalls = 100;
  Put(Key(1));
  Start();
  std::atomic<size_t> arrived = 0;
  upstream_.SetScript([&](const RawRequest& request, RawConnection& connection) {
    ++arrived;
    const auto patience = steady_clock::now() + kPatience;
    while (arrived < kCalls && steady_clock::now() < patience) connection.Wait(milliseconds(1));
    keys_.Answer(request, connection);
  });
  const auto start = steady_clock::now();
  OpenCount opened(secret_.Path("key"));
  std::vector<std::unique_ptr<PendingCall>> calls;
  for (size_t i = 0; i < kCalls; ++i) calls.push_back(client_->Start(i % 2 == 0 ? kOpen : kPinned));
  for (const auto& call : calls) {
    EXPECT_EQ(call->Wait().Verdict(), kRefused) << call->Wait();
    EXPECT_EQ(call->Wait().Metadata("attempts"), "1");
    EXPECT_THAT(call->Wait().message + call->Wait().details, Not(HasSubstr("canary")));
  }
  EXPECT_EQ(upstream_.RequestCount(), kCalls);
  // Readings that are asked for are 50 ms apart.
  const auto most = 1 + (steady_clock::now() - start) / milliseconds(50);
  const int looks = opened.Get();
  std::printf("%zu calls, %d looks at the file\n", kCalls, looks);
  EXPECT_GT(looks, 0);
  EXPECT_LE(looks, most);
}

// Each thread calls without a pause; a new key comes, then the old one is revoked, a hundred times.
TEST_F(KeyRotation, AHundredRotationsUnderLoadFailNoCall) {
  constexpr int kRotations = 100;
  constexpr size_t kThreads = 8;
  // Two calls that a thread has begun after a revocation: with both the key in use is the new one,
  // so that no call meets two rotations.
  constexpr int kCallsBetween = 2;
  keys_.Accept({Key(0)});
  Put(Key(0));
  Start();
  std::atomic<bool> stop = false;
  std::array<std::atomic<int>, kThreads> done{};
  std::vector<std::jthread> threads;
  for (size_t t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      while (!stop) {
        const CallReply reply = Call(t % 2 == 0 ? kOpen : kPinned);
        EXPECT_TRUE(reply.ok()) << reply;
        ++done[t];
      }
    });
  }
  for (int rotation = 1; rotation <= kRotations && !HasFailure(); ++rotation) {
    keys_.Accept({Key(rotation - 1), Key(rotation)});
    Put(Key(rotation));
    keys_.Accept({Key(rotation)});
    for (auto& count : done) {
      const int before = count;
      EXPECT_TRUE(WaitUntil([&] { return count >= before + kCallsBetween; }));
    }
    EXPECT_TRUE(keys_.HasTaken(Key(rotation)));
  }
  stop = true;
  threads.clear();
  const std::string metrics = gateway_->Metrics();
  std::printf("%.0f attempts, of which %.0f met a revoked key\n",
              SampleSum(metrics, "suprsend_gateway_upstream_attempts_total"),
              Sample(metrics, "suprsend_gateway_upstream_attempts_total",
                     {{"kind", "credentials_rejected"}})
                  .value_or(0));
  EXPECT_EQ(SampleSum(metrics, "suprsend_gateway_api_key_info"), 1);
}

}  // namespace
}  // namespace suprsend_gateway::testing
