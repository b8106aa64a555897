// The rooms below gRPC, wired as the gateway wires them, on real sockets, with callers that leave
// at any moment and a key that is replaced all the time. Meant for the sanitizers: Debian's gRPC
// cannot be run under TSan, this can.
#include <curl/curl.h>
#include <fcntl.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <latch>
#include <memory>
#include <optional>
#include <random>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "service/admission/intake.h"
#include "service/gateway/rotating_credential.h"
#include "service/http/curl_http_client.h"
#include "service/http/event_loop.h"
#include "service/security/file_watch.h"
#include "service/security/key_file.h"
#include "service/suprsend/rest_run_canceller.h"
#include "service/telemetry/log_writer.h"
#include "service/telemetry/metrics.h"
#include "service/workflow/attempt_loop.h"
#include "tests/support/raw_upstream.h"
#include "tests/support/temp_dir.h"
#include "tests/unit/workflow/scripted.h"

namespace suprsend_gateway {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::RawConnection;
using testing::RawRequest;

// 2 ms, and now and then a failure of each sort.
void Answer(const RawRequest& request, RawConnection& connection) {
  connection.Wait(milliseconds(2));
  if (request.body.find("refused") != std::string::npos) {
    return connection.Send(testing::HttpResponse(401, ""));
  }
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
    ReplaceKey(0);
    const auto first = key_file_->ReadFirst();
    credential_ =
        std::make_unique<gateway::RotatingCredential>(*key_file_, *first, *loop_, states_, log_);
    watch_->Start();
    canceller_ = std::make_unique<suprsend::RestRunCanceller>(*client_, *credential_, *loop_,
                                                              upstream_.Url(""));
    attempts_ = std::make_unique<workflow::AttemptLoop>(*canceller_, *loop_, health_,
                                                        workflow::RetryPolicy{.max_attempts = 3});
  }
  ~CallLifetimeTest() override {
    watch_.reset();
    loop_->Stop();
    client_.reset();
  }

  void ReplaceKey(int number) const {
    const std::string next = directory_.Write("next", "key_" + std::to_string(number));
    EXPECT_EQ(std::rename(next.c_str(), directory_.Path("key").c_str()), 0);
  }

  // One call, whose caller leaves after `stays`, or never; returns when it has ended.
  void Call(const std::string& slug, bool pinned, std::optional<microseconds> stays) {
    std::stop_source caller;
    std::latch ended(1);
    std::jthread starter;
    workflow::CancelFilter filter{.workflow_slug = slug};
    if (pinned) filter.execution_id = "dsl_1";
    const clock::TimePoint now = loop_->Now();
    workflow::CancelCall call{.request = workflow::RequestOf(std::move(filter)),
                              .limits = {.send_by = now + seconds(20),
                                         .deadline = now + seconds(20),
                                         .caller_gone = caller.get_token()},
                              .before_first_attempt = nullptr};
    if (!pinned) {
      call.before_first_attempt = [&starter](absl::AnyInvocable<void() &&> go_on) {
        starter = std::jthread(std::move(go_on));
      };
    }
    intake_.Enter();
    attempts_->Start(std::move(call), [&](workflow::CallResult result) {
      ++ended_;
      sent_ += !result.attempts.empty();
      refused_and_retried_ +=
          result.attempts.size() > 1 &&
          result.attempts[0].failure == workflow::FailureKind::kCredentialsRejected;
      ended.count_down();
    });
    if (stays) {
      std::this_thread::sleep_for(*stays);
      caller.request_stop();
    }
    ended.wait();
    intake_.Leave(false);
  }

  testing::RawUpstream upstream_{Answer};
  std::unique_ptr<http::EventLoop> loop_;
  std::unique_ptr<http::CurlHttpClient> client_;
  const testing::TempDir directory_;
  telemetry::Metrics metrics_{"1"};
  gateway::FileStates states_{metrics_};
  telemetry::LogWriter log_{open("/dev/null", O_WRONLY | O_CLOEXEC)};  // Stays open.
  std::unique_ptr<security::FileWatch> watch_ =
      std::make_unique<security::FileWatch>(milliseconds(5));
  std::unique_ptr<security::KeyFile> key_file_ =
      std::make_unique<security::KeyFile>(*watch_, directory_.Path("key"));
  std::unique_ptr<gateway::RotatingCredential> credential_;
  admission::UpstreamHealth health_{
      .breaker = admission::CircuitBreaker({.failure_percent = 0}, [](bool) {}),
      .cool_down = {},
      .retry_budget = admission::RetryBudget(20)};
  admission::Intake intake_{1000};
  std::unique_ptr<suprsend::RestRunCanceller> canceller_;
  std::unique_ptr<workflow::AttemptLoop> attempts_;
  std::atomic<int> ended_ = 0;
  std::atomic<int> sent_ = 0;
  std::atomic<int> refused_and_retried_ = 0;
};

TEST_F(CallLifetimeTest, EveryCallEndsOnceWheneverItsCallerLeaves) {
  constexpr int kThreads = 40;
  constexpr int kCallsEach = 250;
  std::jthread rotation([this](const std::stop_token& stop) {
    for (int i = 1; !stop.stop_requested(); ++i) {
      ReplaceKey(i);
      std::this_thread::sleep_for(milliseconds(15));
    }
  });
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([this, t] {
        std::minstd_rand random(static_cast<unsigned>(t + 1));
        for (int i = 0; i < kCallsEach; ++i) {
          // Some wait for the key's file, or leave while they do.
          const bool is_refused = i % 16 == 0;
          const std::string slug =
              (is_refused ? "refused_" : "slug_") + std::to_string(t * kCallsEach + i);
          std::optional<microseconds> stays;  // Enough of them stay for what is counted below.
          if (i % 7 != 0) stays = microseconds(random() % (is_refused ? 100'000 : 5'000));
          Call(slug, random() % 2 == 0, stays);
        }
      });
    }
  }
  EXPECT_EQ(ended_, kThreads * kCallsEach);
  EXPECT_TRUE(intake_.WaitForNone(seconds(1)));
  // It is a test of something only if many were under way when their caller left, or had ended.
  EXPECT_GT(sent_, kThreads * kCallsEach / 4);
  EXPECT_GT(upstream_.RequestCount(), 1000U);
  EXPECT_GT(refused_and_retried_, 10);
}

}  // namespace
}  // namespace suprsend_gateway
