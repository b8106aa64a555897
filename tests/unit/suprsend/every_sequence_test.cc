// Every sequence of up to three attempts, for pinned and open calls, with a deadline or a cancel at
// every point, against what the upstream of the script knows that it applied.
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "service/suprsend/rest_run_canceller.h"
#include "tests/unit/suprsend/scripted_http.h"
#include "tests/unit/workflow/scripted.h"

namespace suprsend_gateway::suprsend {
namespace {

using std::chrono::milliseconds;
using workflow::CallResult;
using workflow::Failure;
using workflow::Outcome;

// What a look for a newer key comes to.
enum class Renewal { kSameKey, kReplaced, kHangs };

// How upstream, or the way to it, meets a request.
struct Reaction {
  const char* name;
  http::HttpResult result;
  bool applied;  // What the caller must not be told to be NOT_APPLIED.
  Renewal renewal = Renewal::kSameKey;
};

http::HttpResult Answer(int status, std::string body = "", std::string retry_after = "") {
  return http::HttpResponse{
      .status = status, .retry_after = std::move(retry_after), .body = std::move(body)};
}
http::HttpResult Lost(http::TransportError error, bool sent) {
  return http::TransportFailure{error, sent};
}

const std::vector<Reaction>& Reactions() {
  using Error = http::TransportError;
  static const auto* const kReactions = new std::vector<Reaction>{
      {"ok", Answer(200, R"({"execution_ids":["dsl_1"]})"), true},
      {"garbage", Answer(200, "<html>"), true},
      {"found", Answer(302), true},
      {"moved", Answer(301), false},
      {"rejected", Answer(400, "{}"), false},
      {"bad_key", Answer(401), false},
      {"old_key", Answer(401), false, Renewal::kReplaced},
      {"bad_key_on_a_file_system_that_hangs", Answer(401), false, Renewal::kHangs},
      {"timeout_408", Answer(408), true},
      {"conflict", Answer(409, "{}"), false},
      {"limited", Answer(429), false},
      {"limited_briefly", Answer(429, "", "1"), false},
      {"limited_long", Answer(429, "", "30"), false},
      {"error", Answer(500), true},
      {"bad_gateway", Answer(502), true},
      {"busy", Answer(503), false},
      {"busy_for_long", Answer(503, "", "3600"), false},
      {"reset_behind_envoy", Answer(503, "disconnect/reset before headers. reset reason: remote"),
       true},
      {"gateway_timeout", Answer(504), true},
      {"unreachable", Lost(Error::kUnreachable, false), false},
      {"untrusted", Lost(Error::kUntrusted, false), false},
      {"no_room", Lost(Error::kNoRoom, false), false},
      {"lost", Lost(Error::kConnectionLost, true), true},
      {"silent", Lost(Error::kDeadline, true), true},
  };
  return *kReactions;
}

// What else happens, at which point: 0 to 2 during an attempt, 10 and 11 in the wait after it.
struct Event {
  enum { kNone, kCancel, kDeadline } kind = kNone;
  int point = 0;
};
constexpr int kWaitAfter = 10;

struct Script {
  std::vector<const Reaction*> reactions;
  bool pinned;
  Event event;
};

std::string Describe(const Script& script) {
  std::string text = script.pinned ? "pinned" : "open";
  for (const Reaction* reaction : script.reactions) text += std::string(" ") + reaction->name;
  return text + ", event " + std::to_string(script.event.kind) + " at " +
         std::to_string(script.event.point);
}

class SequenceWorld final : public http::HttpClient, public CredentialSource {
 public:
  explicit SequenceWorld(const Script& script) : script_(script) {}

  void Run() {
    loop_.Start(
        {.request = workflow::RequestOf(script_.pinned ? workflow::Pinned() : workflow::Open()),
         .limits = {.send_by = send_by_,
                    .deadline = send_by_ + milliseconds(50),
                    .caller_gone = caller_.get_token()},
         .before_first_attempt = nullptr},
        [this](CallResult result) {
          ++endings_;
          ended_at_ = scheduler_.Now();
          result_ = std::move(result);
        });
    while (scheduler_.waiting() > 0) {
      const bool is_now = script_.event.point == kWaitAfter + posts_ - 1 && endings_ == 0;
      if (is_now && script_.event.kind == Event::kCancel) Cancel();
      if (is_now && script_.event.kind == Event::kDeadline) scheduler_.Advance(kCallTime);
      scheduler_.RunNext();
    }
  }

  void Post(http::HttpRequest request, http::HttpCallback done) override {
    EXPECT_LT(scheduler_.Now(), send_by_) << "sent past the deadline";
    EXPECT_FALSE(request.abandoned.stop_requested()) << "sent after the cancel";
    EXPECT_FALSE(unknown_ && !script_.pinned) << "an open call sent again";
    if (is_key_refused()) {
      EXPECT_EQ(last().renewal, Renewal::kReplaced) << "sent again with the key that was refused";
      EXPECT_LE(++key_retries_, 1);
    }
    const Reaction& reaction = *script_.reactions.at(static_cast<size_t>(posts_));
    const bool is_now = script_.event.point == posts_++;
    http::HttpResult result = reaction.result;
    const auto* failure = std::get_if<http::TransportFailure>(&result);
    const bool is_silent = failure != nullptr && failure->error == http::TransportError::kDeadline;
    scheduler_.Advance(is_silent ? milliseconds(1000) : milliseconds(5));
    if (is_now && script_.event.kind == Event::kDeadline) scheduler_.Advance(kCallTime);
    if (is_now && script_.event.kind == Event::kCancel) {
      Cancel();
      if (is_silent) result = Lost(http::TransportError::kAbandoned, true);
    }
    applied_ = applied_ || reaction.applied;
    unknown_ = unknown_ || (reaction.applied && std::string_view(reaction.name) != "ok");
    std::move(done)(std::move(result));
  }

  std::shared_ptr<const Credential> Current() const override { return credential_; }
  void Renew(std::shared_ptr<const Credential>, absl::AnyInvocable<void(bool) &&> done) override {
    if (last().renewal == Renewal::kHangs) return hanging_.push_back(std::move(done));
    scheduler_.After(milliseconds(1), [this, done = std::move(done)]() mutable {
      std::move(done)(last().renewal == Renewal::kReplaced);
    });
  }

  // What must hold, whatever happened.
  void Check() const {
    ASSERT_EQ(endings_, 1);
    EXPECT_LE(posts_, 3);
    EXPECT_EQ(result_.attempts.size(), static_cast<size_t>(posts_));
    if (script_.event.kind == Event::kNone) {
      EXPECT_LE(ended_at_, send_by_);
      const bool has_new_key = is_key_refused() && last().renewal == Renewal::kReplaced;
      EXPECT_FALSE(has_new_key && posts_ < 3 && key_retries_ == 0) << "not sent with the new key";
    }
    const auto* failure = std::get_if<Failure>(&result_.result);
    if (failure == nullptr) {
      EXPECT_EQ(result_.answer_was_lost, unknown_);
      return;
    }
    const workflow::FailureRow& row = RowOf(failure->kind);
    EXPECT_EQ(row.outcome == Outcome::kUnknown, applied_) << row.log_name;
    if (applied_) {
      EXPECT_TRUE(row.code == absl::StatusCode::kUnknown ||
                  row.code == absl::StatusCode::kDeadlineExceeded ||
                  row.code == absl::StatusCode::kCancelled)
          << row.log_name;
    }
  }
  int posts() const { return posts_; }

 private:
  static constexpr auto kCallTime = std::chrono::seconds(10);
  void Cancel() { caller_.request_stop(); }
  // Of the requests so far.
  const Reaction& last() const { return *script_.reactions.at(static_cast<size_t>(posts_ - 1)); }
  bool is_key_refused() const {
    const auto* answer = posts_ > 0 ? std::get_if<http::HttpResponse>(&last().result) : nullptr;
    return answer != nullptr && answer->status == 401;
  }

  const Script& script_;
  workflow::FakeScheduler scheduler_;
  const clock::TimePoint send_by_ = scheduler_.Now() + kCallTime;
  const std::shared_ptr<const Credential> credential_ =
      std::make_shared<const Credential>(MakeCredential("key_0123456789"));
  std::vector<absl::AnyInvocable<void(bool) &&>> hanging_;
  RestRunCanceller canceller_{*this, *this, scheduler_, "https://hub.example.com"};
  admission::UpstreamHealth health_{.breaker = admission::CircuitBreaker({}, [](bool) {}),
                                    .cool_down = {},
                                    .retry_budget = admission::RetryBudget(20)};
  workflow::AttemptLoop loop_{canceller_, scheduler_, health_, {.max_attempts = 3}};
  std::stop_source caller_;
  int posts_ = 0;
  int key_retries_ = 0;
  bool applied_ = false;
  bool unknown_ = false;
  int endings_ = 0;
  clock::TimePoint ended_at_;
  CallResult result_;
};

const std::vector<Event>& Events() {
  static const auto* const kEvents = [] {
    auto* events = new std::vector<Event>{{}};
    for (const int point : {0, 1, 2, kWaitAfter, kWaitAfter + 1}) {
      events->push_back({.kind = Event::kCancel, .point = point});
      events->push_back({.kind = Event::kDeadline, .point = point});
    }
    return events;
  }();
  return *kEvents;
}

TEST(EverySequence, EndsOnceWithTheTruthAndNeverSendsTooOften) {
  size_t scripts = 0;
  std::vector<int> with_posts(4);
  for (const Reaction& first : Reactions()) {
    for (const Reaction& second : Reactions()) {
      for (const Reaction& third : Reactions()) {
        for (const bool pinned : {false, true}) {
          for (const Event& event : Events()) {
            const Script script{{&first, &second, &third}, pinned, event};
            SequenceWorld world(script);
            world.Run();
            world.Check();
            ++scripts;
            ++with_posts.at(static_cast<size_t>(world.posts()));
            if (HasFailure()) FAIL() << Describe(script);
          }
        }
      }
    }
  }
  EXPECT_EQ(scripts, Reactions().size() * Reactions().size() * Reactions().size() * 2 * 11);
  EXPECT_EQ(with_posts[0], 0);
  for (int posts = 1; posts <= 3; ++posts) EXPECT_GT(with_posts[posts], 1000) << posts;
}

}  // namespace
}  // namespace suprsend_gateway::suprsend
