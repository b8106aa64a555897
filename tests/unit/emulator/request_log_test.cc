#include "tests/emulator/request_log.h"

#include <gtest/gtest.h>

namespace suprsend_gateway::emulator {
namespace {

TEST(RequestLogTest, RequestIsThereBeforeItsResult) {
  RequestLog log;
  const int64_t ticket = log.Add({.method = "POST", .path = "/p", .body = "b"}, true);
  ASSERT_EQ(log.All().requests.size(), 1u);
  EXPECT_FALSE(log.All().requests[0].result.has_value());

  log.Finish(ticket, {.status = 200, .applied = true, .applied_count = 3});

  const LoggedRequest logged = log.All().requests[0];
  EXPECT_EQ(logged.request.path, "/p");
  EXPECT_TRUE(logged.key_matched);
  ASSERT_TRUE(logged.result.has_value());
  EXPECT_EQ(logged.result->status, 200);
  EXPECT_EQ(logged.result->applied_count, 3);
}

TEST(RequestLogTest, OldestGoFirstAtEitherLimit) {
  RequestLog log(2, 10);
  const int64_t first = log.Add({.path = "/1", .body = "12345"}, true);
  log.Add({.path = "/2", .body = "12345"}, true);
  EXPECT_EQ(log.All().forgotten, 0);
  const int64_t third = log.Add({.path = "/3"}, true);
  EXPECT_EQ(log.All().forgotten, 1);
  log.Add({.path = "/4", .body = "1234567890"}, true);

  log.Finish(first, {.status = 200});
  log.Finish(third, {.status = 201});

  const RequestLog::Snapshot all = log.All();
  EXPECT_EQ(all.forgotten, 2);
  ASSERT_EQ(all.requests.size(), 2u);
  EXPECT_EQ(all.requests[0].request.path, "/3");
  EXPECT_EQ(all.requests[0].result->status, 201);
  EXPECT_FALSE(all.requests[1].result.has_value());
}

TEST(RequestLogTest, ResultAfterClearIsDropped) {
  RequestLog log;
  const int64_t before = log.Add({.path = "/1"}, true);
  log.Clear();
  log.Add({.path = "/2"}, true);
  log.Finish(before, {.status = 200});
  ASSERT_EQ(log.All().requests.size(), 1u);
  EXPECT_FALSE(log.All().requests[0].result.has_value());
}

}  // namespace
}  // namespace suprsend_gateway::emulator
