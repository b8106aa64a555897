#include "tests/integration/key_rotation_harness.h"

#include <gmock/gmock.h>

#include <chrono>
#include <cstdio>
#include <utility>

namespace suprsend_gateway::testing {

using std::chrono::steady_clock;
using ::testing::HasSubstr;
using ::testing::Not;

std::string Key(int number) { return "canary_key_" + std::to_string(number); }

void Keyring::Accept(std::set<std::string> keys) {
  const std::lock_guard lock(mutex_);
  accepted_ = std::move(keys);
}

void Keyring::Answer(const RawRequest& request, RawConnection& connection) {
  const std::string key = request.Header("authorization").substr(std::string("Bearer ").size());
  bool is_accepted;
  {
    const std::lock_guard lock(mutex_);
    is_accepted = accepted_.contains(key);
    if (is_accepted) taken_.insert(key);
  }
  if (is_accepted) {
    connection.Send(HttpResponse(200, R"({"execution_ids":["dsl_1"]})"));
  } else {
    connection.Send(HttpResponse(401, R"({"code":")" + key + R"(","message":")" + key + R"("})",
                                 {"WWW-Authenticate: " + key}));
  }
}

bool Keyring::HasTaken(const std::string& key) const {
  const std::lock_guard lock(mutex_);
  return taken_.contains(key);
}

void KeyRotation::TearDown() {
  if (gateway_ == nullptr) return;
  EXPECT_THAT(gateway_->Metrics(), Not(HasSubstr("canary")));
  EXPECT_EQ(gateway_->Stop(), 0);
  EXPECT_THAT(gateway_->process().Stderr(), Not(HasSubstr("canary")));
  EXPECT_THAT(gateway_->process().Stdout(), Not(HasSubstr("canary")));
}

void KeyRotation::Put(const std::string& content) const {
  const std::string next = secret_.Write("next", content);
  ASSERT_EQ(std::rename(next.c_str(), secret_.Path("key").c_str()), 0);
}

void KeyRotation::Start(const std::vector<std::string>& flags) {
  std::vector<std::string> all = {"--api_key_file=" + secret_.Path("key"), "--max_attempts=3"};
  all.insert(all.end(), flags.begin(), flags.end());
  gateway_ = std::make_unique<Gateway>(upstream_.Url(), all);
  client_ = std::make_unique<GatewayClient>(gateway_->address());
}

CallReply KeyRotation::Call(const CancelRequest& request) {
  CallReply reply = client_->Cancel(request);
  EXPECT_THAT(reply.message + reply.details, Not(HasSubstr("canary")));
  return reply;
}

bool KeyRotation::WaitForLog(const std::string& text) const {
  const auto has_it = [&](const std::string& line) { return line.find(text) != line.npos; };
  return gateway_->process().WaitForLine(has_it, kPatience).has_value();
}

void KeyRotation::ExpectInUseSoon(const std::string& key) {
  const auto start = steady_clock::now();
  EXPECT_TRUE(WaitUntil([&] {
    EXPECT_TRUE(Call().ok());
    return keys_.HasTaken(key);
  }));
  EXPECT_LT(steady_clock::now() - start, std::chrono::seconds(5));
}

}  // namespace suprsend_gateway::testing
