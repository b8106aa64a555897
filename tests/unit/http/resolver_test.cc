#include "tests/unit/http/resolver.h"

#include <gtest/gtest.h>

#include <stop_token>

#include "tests/support/raw_upstream.h"
#include "tests/unit/http/client_harness.h"

namespace suprsend_gateway::http {
namespace {

using testing::Always;
using testing::RawUpstream;

// The name hangs to the end of each test: whatever waits for it does not come back.
class ResolverTest : public ::testing::Test {
 protected:
  HangingResolver resolver_;
  RawUpstream upstream_{Always(testing::HttpResponse(200, "{}"))};
};

TEST_F(ResolverTest, AnAbandonedLookupDoesNotHoldUpTheLoop) {
  ClientHarness client;
  std::stop_source caller;
  std::future<HttpResult> hangs =
      client.Send("http://hang.test/", {.abandoned = caller.get_token()});
  ASSERT_TRUE(resolver_.WaitForLookups(1));
  EXPECT_EQ(client.Ask(upstream_.Url()), "200");
  caller.request_stop();
  EXPECT_EQ(AwaitDescription(hangs), "kAbandoned");
  EXPECT_EQ(client.Ask(upstream_.Url()), "200");
}

TEST_F(ResolverTest, ALookupThatTimesOutDoesNotHoldUpTheLoop) {
  TransferOptions options = PatientOptions();
  options.connect_timeout = std::chrono::seconds(1);
  ClientHarness client(options);
  EXPECT_EQ(client.Ask("http://hang.test/"), "kUnreachable");
  EXPECT_EQ(client.Ask(upstream_.Url()), "200");
}

TEST_F(ResolverTest, TheDeadlineHoldsDuringALookup) {
  ClientHarness client;
  const std::chrono::milliseconds soon(200);
  EXPECT_EQ(client.Ask("https://hang.test/", {.send_by = soon, .deadline = soon}), "kDeadline");
  EXPECT_EQ(client.Ask(upstream_.Url()), "200");
}

TEST_F(ResolverTest, TheEndOfTheClientDoesNotWaitForALookup) {
  std::future<HttpResult> hangs;
  {
    ClientHarness client;
    hangs = client.Send("http://hang.test/");
    ASSERT_TRUE(resolver_.WaitForLookups(1));
  }
  EXPECT_EQ(AwaitDescription(hangs), "kAbandoned");
}

TEST_F(ResolverTest, ALookupThatIsAnsweredAfterAllServesTheRequest) {
  ClientHarness client;
  std::future<HttpResult> hangs =
      client.Send("http://hang.test:" + std::to_string(upstream_.port()) + "/");
  ASSERT_TRUE(resolver_.WaitForLookups(1));
  resolver_.Answer();
  EXPECT_EQ(AwaitDescription(hangs), "200");
}

}  // namespace
}  // namespace suprsend_gateway::http
