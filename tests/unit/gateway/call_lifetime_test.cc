// The rooms below gRPC, wired as the gateway wires them, on real sockets, with callers that leave
// at any moment. Meant for the sanitizers: Debian's gRPC cannot be run under TSan, this can.
#include <curl/curl.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <latch>
#include <memory>
#include <random>
#include <stop_token>
#include <thread>
#include <vector>

#include "service/admission/intake.h"
#include "service/http/curl_http_client.h"
#include "service/http/event_loop.h"
#include "service/suprsend/rest_run_canceller.h"
#include "service/workflow/attempt_loop.h"
#include "tests/support/raw_upstream.h"

namespace suprsend_gateway {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::RawConnection;
using testing::RawRequest;

class OneKey final : public suprsend::CredentialSource {
 public:
  std::shared_ptr<const suprsend::Credential> Current() const override { return key_; }
  void Renew(std::shared_ptr<const suprsend::Credential>,
             absl::AnyInvocable<void(bool is_replaced) &&> done) override {
    std::move(done)(false);
  }

 private:
  const std::shared_ptr<const suprsend::Credential> key_ =
      std::make_shared<const suprsend::Credential>(suprsend::MakeCredential("key_0123456789"));
};

// 2 ms, and now and then a failure of each sort.
void Answer(const RawRequest& request, RawConnection& connection) {
  connection.Wait(milliseconds(2));
  switch (std::hash<std::string>()(request.body) % 16) {
    case 0:
      return connection.Send(testing::HttpResponse(503, "busy"));
    case 1:
      return connection.Send(testing::HttpResponse(500, ""));
    case 2:
      return connection.Close();
    case 3:
      return connection.Reset();
    default:
      return connection.Send(testing::HttpResponse(200, R"({"execution_ids":["dsl_1"]})"));
  }
}

class CallLifetimeTest : public ::testing::Test {
 protected:
  CallLifetimeTest() {
    std::signal(SIGPIPE, SIG_IGN);
    curl_global_init(CURL_GLOBAL_DEFAULT);
    auto loop = http::EventLoop::Create();
    loop_ = *std::move(loop);
    client_ = std::make_unique<http::CurlHttpClient>(
        *loop_, http::TransferOptions{.user_agent = "test/1", .ca_file = ""});
    canceller_ =
        std::make_unique<suprsend::RestRunCanceller>(*client_, key_, *loop_, upstream_.Url(""));
    attempts_ = std::make_unique<workflow::AttemptLoop>(*canceller_, *loop_, health_,
                                                        workflow::RetryPolicy{.max_attempts = 3});
  }
  ~CallLifetimeTest() override {
    loop_->Stop();
    client_.reset();
  }

  // One call, whose caller leaves after `stays`; returns when it has ended.
  void Call(int number, bool pinned, microseconds stays) {
    std::stop_source caller;
    std::latch ended(1);
    workflow::CancelFilter filter{.workflow_slug = "slug_" + std::to_string(number)};
    if (pinned) filter.execution_id = "dsl_1";
    const clock::TimePoint now = loop_->Now();
    workflow::CancelCall call{
        .filter = std::make_shared<const workflow::CancelFilter>(std::move(filter)),
        .limits = {.send_by = now + seconds(20),
                   .deadline = now + seconds(20),
                   .caller_gone = caller.get_token()},
        .before_first_attempt = nullptr};
    if (!pinned) {
      call.before_first_attempt = [](absl::AnyInvocable<void() &&> go_on) {
        std::jthread(std::move(go_on)).detach();
      };
    }
    intake_.Enter();
    attempts_->Start(std::move(call), [&](workflow::CallResult result) {
      ++ended_;
      sent_ += !result.attempts.empty();
      ended.count_down();
    });
    std::this_thread::sleep_for(stays);
    caller.request_stop();
    ended.wait();
    intake_.Leave(false);
  }

  testing::RawUpstream upstream_{Answer};
  std::unique_ptr<http::EventLoop> loop_;
  std::unique_ptr<http::CurlHttpClient> client_;
  OneKey key_;
  admission::UpstreamHealth health_{
      .breaker = admission::CircuitBreaker({.failure_percent = 0}, [](bool) {}),
      .cool_down = {},
      .retry_budget = admission::RetryBudget(20)};
  admission::Intake intake_{1000};
  std::unique_ptr<suprsend::RestRunCanceller> canceller_;
  std::unique_ptr<workflow::AttemptLoop> attempts_;
  std::atomic<int> ended_ = 0;
  std::atomic<int> sent_ = 0;
};

TEST_F(CallLifetimeTest, EveryCallEndsOnceWheneverItsCallerLeaves) {
  constexpr int kThreads = 40;
  constexpr int kCallsEach = 250;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([this, t] {
        std::minstd_rand random(static_cast<unsigned>(t + 1));
        for (int i = 0; i < kCallsEach; ++i) {
          Call(t * kCallsEach + i, random() % 2 == 0, microseconds(random() % 5000));
        }
      });
    }
  }
  EXPECT_EQ(ended_, kThreads * kCallsEach);
  EXPECT_TRUE(intake_.WaitForNone(seconds(1)));
  // It is a test of something only if many were under way when their caller left, or had ended.
  EXPECT_GT(sent_, kThreads * kCallsEach / 4);
  EXPECT_GT(upstream_.RequestCount(), 1000U);
}

}  // namespace
}  // namespace suprsend_gateway
