// What an attempt waits for whose key upstream refuses.
#include <gtest/gtest.h>

#include "service/suprsend/rest_run_canceller.h"
#include "tests/unit/suprsend/scripted_http.h"

namespace suprsend_gateway::suprsend {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using workflow::FailureKind;

const http::HttpResponse kRefused{.status = 401, .body = R"({"message":"key_0123456789"})"};

class RefusedKey : public ::testing::Test {
 protected:
  // An attempt that upstream has answered with 401, while the key is being renewed.
  void StartAndRefuse() {
    world_.key.is_slow = true;
    world_.Start({.execution_id = "dsl_1"}, {.send_by = world_.scheduler.Now() + seconds(8),
                                             .deadline = world_.scheduler.Now() + seconds(5),
                                             .caller_gone = world_.caller.get_token()});
    world_.http.Answer(0, kRefused);
    EXPECT_EQ(world_.endings, 0) << "the key is not renewed yet";
    EXPECT_EQ(world_.key.renewals(), 1U);
  }
  void ExpectEnd(bool credential_replaced) {
    ASSERT_EQ(world_.endings, 1);
    EXPECT_EQ(world_.failure().kind, FailureKind::kCredentialsRejected);
    EXPECT_EQ(world_.failure().http_status, 401);
    EXPECT_EQ(world_.ended.http_status, 401);
    EXPECT_EQ(world_.failure().credential_replaced, credential_replaced);
    EXPECT_EQ(world_.failure().upstream_message, "");
  }

  RestWorld world_;
};

TEST_F(RefusedKey, ThatIsReplacedIsTold) {
  StartAndRefuse();
  world_.key.Rotate("key_new");
  world_.key.EndRenewal(0);
  ExpectEnd(true);
}

TEST_F(RefusedKey, ThatIsStillTheSameIsTold) {
  StartAndRefuse();
  world_.key.EndRenewal(0);
  ExpectEnd(false);
}

TEST_F(RefusedKey, IsKnownAtOnceWhereItIs) {
  world_.Start({.execution_id = "dsl_1"});
  world_.key.Rotate("key_new");
  world_.http.Answer(0, kRefused);
  ExpectEnd(true);
  EXPECT_EQ(world_.scheduler.waiting(), 0U);
}

// A file system that hangs holds no call beyond its time.
TEST_F(RefusedKey, IsWaitedForNoLongerThanTheAttemptMayLast) {
  StartAndRefuse();
  ASSERT_EQ(world_.scheduler.waiting(), 1U);
  EXPECT_EQ(world_.scheduler.next_delay(), seconds(5));
  world_.scheduler.RunNext();
  ExpectEnd(false);
  world_.key.Rotate("key_new");
  world_.key.EndRenewal(0);
  EXPECT_EQ(world_.endings, 1);
}

TEST_F(RefusedKey, IsNotWaitedForOnceNothingMayBeSent) {
  world_.key.is_slow = true;
  world_.Start({.execution_id = "dsl_1"}, {.send_by = world_.scheduler.Now() + milliseconds(50),
                                           .deadline = world_.scheduler.Now() + seconds(5)});
  world_.http.Answer(0, kRefused);
  EXPECT_EQ(world_.scheduler.next_delay(), milliseconds(50));
}

TEST_F(RefusedKey, IsNotWaitedForOnceTheCallerHasGone) {
  StartAndRefuse();
  world_.caller.request_stop();
  EXPECT_EQ(world_.endings, 0) << "not on the caller's thread";
  EXPECT_EQ(world_.scheduler.next_delay(), seconds(0));
  world_.scheduler.RunNext();
  ExpectEnd(false);
  world_.key.EndRenewal(0);
  while (world_.scheduler.waiting() > 0) world_.scheduler.RunNext();
  EXPECT_EQ(world_.endings, 1);
}

TEST_F(RefusedKey, IsNotWaitedForWhereTheCallerWentBeforeTheAnswer) {
  world_.key.is_slow = true;
  world_.Start({.execution_id = "dsl_1"}, {.send_by = world_.scheduler.Now() + seconds(8),
                                           .deadline = world_.scheduler.Now() + seconds(8),
                                           .caller_gone = world_.caller.get_token()});
  world_.caller.request_stop();
  world_.http.Answer(0, kRefused);
  EXPECT_EQ(world_.scheduler.next_delay(), seconds(0));
  world_.scheduler.RunNext();
  ExpectEnd(false);
}

TEST_F(RefusedKey, IsNotLeftWaitingWhenItsEndIsLate) {
  StartAndRefuse();
  world_.key.EndRenewal(0);
  world_.caller.request_stop();
  while (world_.scheduler.waiting() > 0) world_.scheduler.RunNext();
  ExpectEnd(false);
}

TEST(OtherAnswers, RenewNothing) {
  for (const int status : {200, 302, 400, 403, 404, 407, 409, 429, 500, 503}) {
    RestWorld world;
    world.key.is_slow = true;
    world.Run({.execution_id = "dsl_1"}, http::HttpResponse{.status = status});
    EXPECT_EQ(world.endings, 1) << status;
    EXPECT_EQ(world.key.renewals(), 0U) << status;
  }
  for (const bool sent : {false, true}) {
    RestWorld world;
    world.Run({.execution_id = "dsl_1"},
              http::TransportFailure{http::TransportError::kConnectionLost, sent});
    EXPECT_EQ(world.key.renewals(), 0U);
  }
}

}  // namespace
}  // namespace suprsend_gateway::suprsend
