#include <gtest/gtest.h>

#include <ostream>
#include <string>

#include "tests/support/nginx.h"
#include "tests/support/raw_upstream.h"
#include "tests/unit/http/client_harness.h"
#include "tests/unit/http/listeners.h"

namespace suprsend_gateway::http {
namespace {

using testing::RawConnection;
using testing::RawRequest;
using testing::RawUpstream;

TEST(UnreachableTest, NothingListens) {
  ClientHarness client;
  EXPECT_EQ(client.Ask("http://127.0.0.1:" + std::to_string(testing::UnusedPort()) + "/"),
            "kUnreachable");
}

TEST(UnreachableTest, TheNameDoesNotExist) {
  ClientHarness client;
  EXPECT_EQ(client.Ask("http://nowhere.test/"), "kUnreachable");
}

TEST(UnreachableTest, ConnectingTakesTooLong) {
  const FullListener upstream;
  TransferOptions options = PatientOptions();
  options.connect_timeout = std::chrono::milliseconds(100);
  ClientHarness client(options);
  EXPECT_EQ(client.Ask("http://" + upstream.Address() + "/"), "kUnreachable");
}

TEST(UnreachableTest, TheHandshakeTakesTooLong) {
  const SilentListener upstream;
  TransferOptions options = PatientOptions();
  options.connect_timeout = std::chrono::milliseconds(100);
  ClientHarness client(options);
  EXPECT_EQ(client.Ask("https://" + upstream.Address() + "/"), "kUnreachable");
}

TEST(UnreachableTest, TheHandshakeIsCut) {
  const CuttingListener upstream;
  ClientHarness client;
  EXPECT_EQ(client.Ask("https://" + upstream.Address() + "/"), "kUnreachable");
}

TEST(UnreachableTest, UpstreamSpeaksNoTls) {
  const CuttingListener upstream("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
  ClientHarness client;
  EXPECT_EQ(client.Ask("https://" + upstream.Address() + "/"), "kUnreachable");
}

TEST(UnreachableTest, TheSchemeIsNotAllowed) {
  ClientHarness client;
  EXPECT_EQ(client.Ask("file:///etc/hostname"), "kUnreachable");
  EXPECT_EQ(client.Ask("ftp://127.0.0.1/"), "kUnreachable");
}

enum class End { kClose, kReset, kStall };

struct PartialReply {
  const char* name;
  std::string bytes;
  End end;
  const char* result;
};

void PrintTo(const PartialReply& reply, std::ostream* out) { *out << reply.name; }

// What upstream says before it falls silent or goes, and what that is worth. A refusal counts once
// its headers are there, a success only with the whole of its body.
class PartialReplyTest : public ::testing::TestWithParam<PartialReply> {};

TEST_P(PartialReplyTest, IsWorthWhatCame) {
  const PartialReply& reply = GetParam();
  RawUpstream upstream([&](const RawRequest&, RawConnection& connection) {
    connection.Send(reply.bytes);
    if (reply.end == End::kClose) connection.Close();
    if (reply.end == End::kReset) connection.Reset();
    if (reply.end == End::kStall) connection.Stall();
  });
  ClientHarness client;
  const clock::Duration deadline =
      reply.end == End::kStall ? clock::Duration(std::chrono::seconds(2)) : kPatience;
  EXPECT_EQ(client.Ask(upstream.Url(), {.send_by = kPatience, .deadline = deadline}), reply.result);
  EXPECT_EQ(upstream.RequestCount(), 1u);
}

constexpr char kHalf200[] = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{";
constexpr char kHalf404[] = "HTTP/1.1 404 No\r\nContent-Length: 9\r\n\r\n{";
constexpr char kHalfChunked200[] =
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n";
constexpr char kHalfChunked503[] =
    "HTTP/1.1 503 No\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n";
constexpr char kHeadersEnd[] = "HTTP/1.1 200 OK\r\nContent-Type: appl";

INSTANTIATE_TEST_SUITE_P(
    Replies, PartialReplyTest,
    ::testing::Values(
        PartialReply{"NothingClose", "", End::kClose, "kConnectionLost sent"},
        PartialReply{"NothingReset", "", End::kReset, "kConnectionLost sent"},
        PartialReply{"NothingStall", "", End::kStall, "kDeadline sent"},
        PartialReply{"HalfStatusLineClose", "HTTP/1.1 20", End::kClose, "kConnectionLost sent"},
        PartialReply{"HalfStatusLineStall", "HTTP/1.1 20", End::kStall, "kDeadline sent"},
        PartialReply{"Garbage", "SSH-2.0-x\r\n\r\n", End::kClose, "kConnectionLost sent"},
        PartialReply{"HalfHeadersClose", kHeadersEnd, End::kClose, "kConnectionLost sent"},
        PartialReply{"HalfHeadersReset", kHeadersEnd, End::kReset, "kConnectionLost sent"},
        PartialReply{"HalfHeadersStall", kHeadersEnd, End::kStall, "kDeadline sent"},
        PartialReply{"HalfHeadersOfARefusalClose", "HTTP/1.1 503 No\r\nRetry-After: 1\r\n",
                     End::kClose, "kConnectionLost sent"},
        PartialReply{"HalfHeadersOfARefusalReset", "HTTP/1.1 503 No\r\nRetry-After: 1\r\n",
                     End::kReset, "kConnectionLost sent"},
        PartialReply{"HalfHeadersOfARefusalStall", "HTTP/1.1 503 No\r\nRetry-After: 1\r\n",
                     End::kStall, "kDeadline sent"},
        PartialReply{"InterimOnlyClose", "HTTP/1.1 100 Continue\r\n\r\n", End::kClose,
                     "kConnectionLost sent"},
        PartialReply{"InterimOnlyReset", "HTTP/1.1 103 Early\r\n\r\n", End::kReset,
                     "kConnectionLost sent"},
        PartialReply{"InterimThenHalfHeadersClose",
                     "HTTP/1.1 103 Early\r\nA: b\r\n\r\nHTTP/1.1 404 No\r\nA: b\r\n", End::kClose,
                     "kConnectionLost sent"},
        PartialReply{"UninvitedSwitchStall", "HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n",
                     End::kStall, "kDeadline sent"},
        PartialReply{"HalfBodyClose", kHalf200, End::kClose, "kConnectionLost sent"},
        PartialReply{"HalfBodyReset", kHalf200, End::kReset, "kConnectionLost sent"},
        PartialReply{"HalfBodyStall", kHalf200, End::kStall, "kDeadline sent"},
        PartialReply{"HalfBodyOfARefusalClose", kHalf404, End::kClose, "404 cut"},
        PartialReply{"HalfBodyOfARefusalReset", kHalf404, End::kReset, "404 cut"},
        PartialReply{"HalfBodyOfARefusalStall", kHalf404, End::kStall, "404 cut"},
        PartialReply{"HalfChunksClose", kHalfChunked200, End::kClose, "kConnectionLost sent"},
        PartialReply{"HalfChunksOfARefusalClose", kHalfChunked503, End::kClose, "503 cut"},
        PartialReply{"BodyUntilClose", "HTTP/1.1 200 OK\r\n\r\n{}", End::kClose, "200"},
        PartialReply{"BodyUntilReset", "HTTP/1.1 200 OK\r\n\r\n{}", End::kReset,
                     "kConnectionLost sent"},
        PartialReply{"BodyWithoutEndStall", "HTTP/1.1 200 OK\r\n\r\n{}", End::kStall,
                     "kDeadline sent"},
        PartialReply{"Http10Close", "HTTP/1.0 400 No\r\n\r\n{}", End::kClose, "400"},
        PartialReply{"WholeThenClose", testing::HttpResponse(200, "{}"), End::kClose, "200"}),
    [](const auto& tested) { return std::string(tested.param.name); });

}  // namespace
}  // namespace suprsend_gateway::http
