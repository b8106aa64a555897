// The API key is replaced while the gateway serves.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/gateway.h"
#include "tests/support/gateway_client.h"
#include "tests/support/metrics_text.h"
#include "tests/support/raw_upstream.h"

namespace suprsend_gateway::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;
using ::testing::AllOf;
using ::testing::Gt;
using ::testing::HasSubstr;
using ::testing::Lt;
using ::testing::Not;

constexpr char kRefused[] = "INTERNAL/UPSTREAM_CREDENTIALS_REJECTED/NOT_APPLIED";
constexpr char kFileOk[] = "suprsend_gateway_file_ok";
constexpr char kInfo[] = "suprsend_gateway_api_key_info";
constexpr char kLoaded[] = "suprsend_gateway_api_key_loaded_timestamp_seconds";
const CancelRequest kPinned{.execution_id = "dsl_1"};
const CancelRequest kOpen{.recipients = {"ann"}, .workflow_slug = "reminder"};

// Keys, and the start of their SHA-256.
const std::string kOne = "canary_key_1";
const std::string kTwo = "canary_key_2";
constexpr char kOnesFingerprint[] = "95b648c3";
constexpr char kTwosFingerprint[] = "0a7ae57a";

bool WaitUntil(const std::function<bool()>& condition) {
  const auto patience = steady_clock::now() + kPatience;
  while (!condition()) {
    if (steady_clock::now() > patience) return false;
    std::this_thread::sleep_for(milliseconds(10));
  }
  return true;
}

// An upstream that takes some keys, and answers others with 401 and the key in all its words.
class Keyring {
 public:
  void Accept(std::set<std::string> keys) {
    const std::lock_guard lock(mutex_);
    accepted_ = std::move(keys);
  }
  void operator()(const RawRequest& request, RawConnection& connection) {
    const std::string key = request.Header("authorization").substr(std::string("Bearer ").size());
    bool is_accepted;
    {
      const std::lock_guard lock(mutex_);
      is_accepted = accepted_.contains(key);
      if (is_accepted) used_.insert(key);
    }
    connection.Send(is_accepted
                        ? HttpResponse(200, R"({"execution_ids":["dsl_1"]})")
                        : HttpResponse(401, R"({"code":")" + key + R"(","message":")" + key + "\"}",
                                       {"WWW-Authenticate: " + key}));
  }
  // Whether a request came with it, and was taken.
  bool HasTaken(const std::string& key) const {
    const std::lock_guard lock(mutex_);
    return used_.contains(key);
  }

 private:
  mutable std::mutex mutex_;
  std::set<std::string> accepted_;
  std::set<std::string> used_;
};

class KeyRotationTest : public ::testing::Test {
 protected:
  // Puts a key in place as a careful operator does: whole, then renamed.
  void Put(const std::string& content) const {
    const std::string next = secret_.Write("next", content);
    ASSERT_EQ(std::rename(next.c_str(), secret_.Path("key").c_str()), 0);
  }
  void Start(const std::vector<std::string>& flags = {}) {
    std::vector<std::string> all = {"--api_key_file=" + secret_.Path("key"), "--max_attempts=3"};
    all.insert(all.end(), flags.begin(), flags.end());
    gateway_ = std::make_unique<Gateway>(upstream_.Url(), all);
    client_ = std::make_unique<GatewayClient>(gateway_->address());
  }
  CallReply Call(const CancelRequest& request = kOpen) {
    CallReply reply = client_->Cancel(request);
    EXPECT_THAT(reply.message + reply.details, Not(HasSubstr("canary")));
    return reply;
  }
  // Whatever a test does, no key shows.
  void TearDown() override {
    if (gateway_ == nullptr) return;
    EXPECT_THAT(gateway_->Metrics(), Not(HasSubstr("canary")));
    EXPECT_EQ(gateway_->Stop(), 0);
    EXPECT_THAT(gateway_->process().Stderr(), Not(HasSubstr("canary")));
    EXPECT_THAT(gateway_->process().Stdout(), Not(HasSubstr("canary")));
  }
  bool WaitForLog(const std::string& text) const {
    const auto has_it = [&](const std::string& line) { return line.find(text) != line.npos; };
    return gateway_->process().WaitForLine(has_it, kPatience).has_value();
  }
  // The new key must be in use within 2 s, though nobody is refused with the old one.
  void ExpectInUseSoon(const std::string& key) {
    const auto start = steady_clock::now();
    EXPECT_TRUE(WaitUntil([&] {
      EXPECT_EQ(Call().Metadata("attempts"), "");
      return keys_->HasTaken(key);
    }));
    EXPECT_LT(steady_clock::now() - start, seconds(2));
  }

  const TempDir secret_;
  const std::shared_ptr<Keyring> keys_ = std::make_shared<Keyring>();
  RawUpstream upstream_{[keys = keys_](const RawRequest& request, RawConnection& connection) {
    (*keys)(request, connection);
  }};
  std::unique_ptr<Gateway> gateway_;
  std::unique_ptr<GatewayClient> client_;
};

TEST_F(KeyRotationTest, ARenamedFileIsInUseSoonAndIsTold) {
  const auto now = static_cast<double>(std::time(nullptr));
  keys_->Accept({kOne, kTwo});
  Put(kOne);
  Start();
  EXPECT_THAT(gateway_->ready_line(), HasSubstr(std::string(", API key ") + kOnesFingerprint));
  const std::string before = gateway_->Metrics();
  EXPECT_EQ(Sample(before, kInfo, {{"fingerprint", kOnesFingerprint}}), 1);
  EXPECT_EQ(Sample(before, kFileOk, {{"file", "api_key"}}), 1);
  EXPECT_THAT(Sample(before, kLoaded).value_or(0), AllOf(Gt(now - 1), Lt(now + 60)));
  EXPECT_TRUE(Call().ok());

  Put(kTwo + "\n");
  ExpectInUseSoon(kTwo);
  EXPECT_TRUE(WaitForLog(std::string("suprsend-gateway: API key ") + kTwosFingerprint +
                         " replaces " + kOnesFingerprint));
  const std::string after = gateway_->Metrics();
  EXPECT_EQ(Sample(after, kInfo, {{"fingerprint", kTwosFingerprint}}), 1);
  EXPECT_EQ(SampleSum(after, kInfo), 1) << "the old one is gone";
  EXPECT_GE(Sample(after, kLoaded), Sample(before, kLoaded));
}

// As Kubernetes mounts a Secret: only the link ..data is replaced.
TEST_F(KeyRotationTest, TheSwapOfALinkOnTheWayIsInUseSoon) {
  keys_->Accept({kOne, kTwo});
  for (const auto& [directory, key] : {std::pair("..one", kOne), std::pair("..two", kTwo)}) {
    ASSERT_EQ(mkdir(secret_.Path(directory).c_str(), 0700), 0);
    secret_.Write(std::string(directory) + "/key", key);
  }
  ASSERT_EQ(symlink("..one", secret_.Path("..data").c_str()), 0);
  ASSERT_EQ(symlink("..data/key", secret_.Path("key").c_str()), 0);
  Start();
  EXPECT_TRUE(Call().ok());
  EXPECT_TRUE(keys_->HasTaken(kOne));
  ASSERT_EQ(symlink("..two", secret_.Path("..data_tmp").c_str()), 0);
  ASSERT_EQ(std::rename(secret_.Path("..data_tmp").c_str(), secret_.Path("..data").c_str()), 0);
  ExpectInUseSoon(kTwo);
}

TEST_F(KeyRotationTest, AFileWithoutAKeyLeavesTheLastGoodOneInUse) {
  keys_->Accept({kOne});
  Put(kOne);
  Start();
  const std::string stays = std::string("; API key ") + kOnesFingerprint + " stays in use";
  const std::vector<std::pair<std::string, std::string>> faults = {
      {"", "holds no key"},
      {"canary_a canary_b", "holds characters that no key has"},
      {std::string(5'000, 'k'), "is longer than"}};
  for (const auto& [content, words] : faults) {
    SCOPED_TRACE(words);
    Put(content);
    EXPECT_TRUE(WaitForLog(words));
    EXPECT_TRUE(WaitUntil([&] {
      return Sample(gateway_->Metrics(), kFileOk, {{"file", "api_key"}}) == 0;
    }));
    EXPECT_TRUE(Call().ok());
    Put(kOne);
    EXPECT_TRUE(WaitUntil([&] {
      return Sample(gateway_->Metrics(), kFileOk, {{"file", "api_key"}}) == 1;
    }));
  }
  ASSERT_EQ(unlink(secret_.Path("key").c_str()), 0);
  EXPECT_TRUE(WaitForLog("cannot read"));
  EXPECT_TRUE(WaitForLog("--api_key_file is well again"));
  EXPECT_TRUE(Call().ok());
  EXPECT_EQ(Sample(gateway_->Metrics(), kInfo, {{"fingerprint", kOnesFingerprint}}), 1);

  const std::string log = gateway_->process().Stderr();
  size_t count = 0;
  for (size_t at = log.find(stays); at != log.npos; at = log.find(stays, at + 1)) ++count;
  EXPECT_EQ(count, faults.size() + 1) << log;
}

// The key is replaced when the request is on its way: nobody can have seen the new file before.
TEST_F(KeyRotationTest, ACallWithAKeyThatWasJustRevokedIsTriedOnceMore) {
  keys_->Accept({kTwo});
  for (const CancelRequest& request : {kPinned, kOpen}) {
    Put(kOne);
    Start();
    upstream_.SetScript([&](const RawRequest& refused, RawConnection& connection) {
      if (refused.Header("authorization") == "Bearer " + kOne) Put(kTwo);
      (*keys_)(refused, connection);
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

TEST_F(KeyRotationTest, ARetryIsWithinTheMostAttempts) {
  keys_->Accept({kTwo});
  Put(kOne);
  Start({"--max_attempts=1"});
  upstream_.SetScript([&](const RawRequest& request, RawConnection& connection) {
    Put(kTwo);
    (*keys_)(request, connection);
  });
  EXPECT_EQ(Call().Verdict(), kRefused);
  EXPECT_TRUE(Call().ok()) << "the 401 was what made the gateway look";
}

TEST_F(KeyRotationTest, NoMoreThanOnceACall) {
  Put("canary_key_0");
  Start();
  std::atomic<int> rotations = 0;
  upstream_.SetScript([&](const RawRequest& request, RawConnection& connection) {
    Put("canary_key_" + std::to_string(++rotations));
    (*keys_)(request, connection);
  });
  const CallReply reply = Call(kPinned);
  EXPECT_EQ(reply.Verdict(), kRefused) << reply;
  EXPECT_EQ(reply.Metadata("attempts"), "2");
  EXPECT_EQ(reply.Metadata("http_status"), "401");
}

// How often a file was opened since this began.
class OpenCount {
 public:
  explicit OpenCount(const std::string& path) {
    EXPECT_GE(inotify_add_watch(fd_, path.c_str(), IN_OPEN), 0);
  }
  ~OpenCount() { close(fd_); }
  // Equal events that follow each other are one for inotify, so each is taken as it comes.
  int Get() {
    alignas(inotify_event) std::array<char, 4096> buffer;
    ssize_t got;
    while ((got = read(fd_, buffer.data(), buffer.size())) > 0) {
      count_ += static_cast<int>(got / static_cast<ssize_t>(sizeof(inotify_event)));
    }
    return count_;
  }

 private:
  const int fd_ = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  int count_ = 0;
};

TEST_F(KeyRotationTest, CallsThatAreRefusedWithTheSameKeyShareALookAtTheFile) {
  constexpr size_t kCalls = 100;
  Put(kOne);
  Start();
  std::atomic<size_t> arrived = 0;
  upstream_.SetScript([&](const RawRequest& request, RawConnection& connection) {
    ++arrived;
    const auto patience = steady_clock::now() + kPatience;
    while (arrived < kCalls && steady_clock::now() < patience) connection.Wait(milliseconds(1));
    (*keys_)(request, connection);
  });
  OpenCount opened(secret_.Path("key"));
  std::vector<std::unique_ptr<PendingCall>> calls;
  for (size_t i = 0; i < kCalls; ++i) calls.push_back(client_->Start(i % 2 == 0 ? kOpen : kPinned));
  std::thread reader([&] {
    while (arrived < kCalls) opened.Get();
  });
  for (const auto& call : calls) {
    EXPECT_EQ(call->Wait().Verdict(), kRefused) << call->Wait();
    EXPECT_EQ(call->Wait().Metadata("attempts"), "1");
    EXPECT_THAT(call->Wait().message + call->Wait().details, Not(HasSubstr("canary")));
  }
  reader.join();
  EXPECT_EQ(upstream_.RequestCount(), kCalls);
  EXPECT_THAT(opened.Get(), AllOf(Gt(0), Lt(static_cast<int>(kCalls))));
}

// Each thread calls without a pause; a new key comes, then the old one is revoked, a hundred times.
TEST_F(KeyRotationTest, AHundredRotationsUnderLoadFailNoCall) {
  constexpr int kRotations = 100;
  constexpr size_t kThreads = 8;
  // Two calls that a thread has begun after a revocation: with both the key in use is the new one,
  // so that no call meets two rotations.
  constexpr int kCallsBetween = 2;
  const auto key = [](int number) { return "canary_key_" + std::to_string(number); };
  keys_->Accept({key(0)});
  Put(key(0));
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
    keys_->Accept({key(rotation - 1), key(rotation)});
    Put(key(rotation));
    keys_->Accept({key(rotation)});
    for (auto& count : done) {
      const int before = count;
      EXPECT_TRUE(WaitUntil([&] { return count >= before + kCallsBetween; }));
    }
    EXPECT_TRUE(keys_->HasTaken(key(rotation)));
  }
  stop = true;
  threads.clear();
  std::string metrics = gateway_->Metrics();
  std::printf("%.0f attempts, of which %.0f met a revoked key\n",
              SampleSum(metrics, "suprsend_gateway_upstream_attempts_total"),
              Sample(metrics, "suprsend_gateway_upstream_attempts_total",
                     {{"kind", "credentials_rejected"}})
                  .value_or(0));
  EXPECT_EQ(SampleSum(metrics, kInfo), 1);
}

}  // namespace
}  // namespace suprsend_gateway::testing
