#include <gtest/gtest.h>

#include <chrono>
#include <latch>
#include <string>

#include "tests/support/raw_upstream.h"
#include "tests/unit/http/client_harness.h"

namespace suprsend_gateway::http {
namespace {

using testing::RawConnection;
using testing::RawRequest;
using testing::RawUpstream;

// Over HTTP/1.1 an answer has no name: bytes that wait on an idle connection would be taken for the
// answer to the next request, which is another caller's.
class UnaskedInputTest : public ::testing::TestWithParam<std::string> {};

TEST_P(UnaskedInputTest, IsNeverTakenForTheAnswerToTheNextRequest) {
  std::latch said(1);
  RawUpstream upstream([&](const RawRequest& request, RawConnection& connection) {
    connection.Send(testing::HttpResponse(200, request.body));
    if (request.connection > 1) return;
    // A packet of its own, so that libcurl has finished with the answer before it comes.
    connection.Wait(std::chrono::milliseconds(50));
    connection.Send(GetParam());
    said.count_down();
  });
  ClientHarness client;
  EXPECT_EQ(ResponseOf(client.Send(upstream.Url(), {.body = "first"})).body, "first");
  said.wait();
  const HttpResponse second = ResponseOf(client.Send(upstream.Url(), {.body = "second"}));
  EXPECT_EQ(second.status, 200);
  EXPECT_EQ(second.body, "second");
  EXPECT_EQ(ResponseOf(client.Send(upstream.Url(), {.body = "third"})).body, "third");

  const auto requests = upstream.Requests();
  ASSERT_EQ(requests.size(), 3u) << "each was sent once";
  EXPECT_EQ(requests[1].connection, 2) << "the spoilt connection was not used";
  EXPECT_EQ(requests[2].connection, 2) << "and the good one was kept";
}

INSTANTIATE_TEST_SUITE_P(Bytes, UnaskedInputTest,
                         ::testing::Values(testing::HttpResponse(200, "stale"),
                                           testing::HttpResponse(400, "stale"),
                                           testing::HttpResponse(503, "busy"), "\r\n", "{}"));

}  // namespace
}  // namespace suprsend_gateway::http
