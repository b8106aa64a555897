#include "client/cli/render.h"

#include "client/cli/printable.h"
#include "client/cpp/read_failure.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/unit/client/gateway_status.h"

namespace suprsend_gateway::cli {
namespace {

using client::CancelReply;
using client::GatewayStatus;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(RenderReplyTest, IdsStandAloneOnStdout) {
  const Output output = Render(CancelReply{.execution_ids = {"a", "b"}, .cancelled_count = 2}, {});
  EXPECT_EQ(output.out, "a\nb\n");
  EXPECT_EQ(output.err, "");
  EXPECT_EQ(output.exit_code, 0);
}

TEST(RenderReplyTest, AnIdStaysOnItsLine) {
  const Output output = Render(CancelReply{.execution_ids = {"a\nb\x1B[0m"}}, {});
  EXPECT_EQ(output.out, "a\\x0Ab\\x1B[0m\n");
}

TEST(RenderReplyTest, NoMatchIsSaidOnStderr) {
  const Output output = Render(CancelReply{}, {});
  EXPECT_EQ(output.out, "");
  EXPECT_EQ(output.err, "No running workflow matched; nothing was cancelled.\n");
  EXPECT_EQ(output.exit_code, 0);
}

TEST(RenderReplyTest, IncompleteListIsNotedAndNeverCalledNoMatch) {
  Output output = Render(
      CancelReply{
          .execution_ids = {"a"}, .execution_ids_may_be_incomplete = true, .cancelled_count = 7},
      {});
  EXPECT_EQ(output.out, "a\n");
  EXPECT_EQ(output.err,
            "Note: the list may lack runs that were cancelled. It has 1 ids; SuprSend named 7.\n");
  output = Render(CancelReply{.execution_ids_may_be_incomplete = true}, {});
  EXPECT_THAT(output.err, Not(HasSubstr("nothing was cancelled")));
}

TEST(RenderReplyTest, CheckedRequestIsNotCalledCancelled) {
  const Output output = Render(CancelReply{}, {.request = {.validate_only = true}});
  EXPECT_EQ(output.out, "");
  EXPECT_EQ(output.err, "The request is valid; nothing was sent to SuprSend.\n");
}

TEST(RenderFailureTest, SaysEverythingInWords) {
  const grpc::Status status =
      GatewayStatus(grpc::StatusCode::INVALID_ARGUMENT, "SuprSend refused the request")
          .AddUpstreamRejection()
          .AddViolation("recipients[0]", "must not be empty")
          .AddRetryDelay(1, 500'000'000)
          .AddRequestId("req-1")
          .Build();
  const Output output = Render(client::ReadFailure(status, ""), {});
  EXPECT_EQ(output.out, "");
  EXPECT_EQ(output.err,
            "gatewayctl: INVALID_ARGUMENT: SuprSend refused the request\n"
            "  reason:      UPSTREAM_REJECTED\n"
            "  outcome:     not applied: nothing was cancelled\n"
            "  violated:    recipients[0]: must not be empty\n"
            "  try again:   in 1.5s\n"
            "  SuprSend:    HTTP 422, code validation_error: no such workflow\n"
            "  attempts:    2\n"
            "  request id:  req-1\n");
  EXPECT_EQ(output.exit_code, 2);
}

TEST(RenderFailureTest, SaysWhetherItMayBeTriedAgain) {
  const grpc::Status status = GatewayStatus(grpc::StatusCode::UNAVAILABLE, "m")
                                  .AddErrorInfo("UPSTREAM_UNREACHABLE", "NOT_APPLIED")
                                  .Build();
  const Output output = Render(client::ReadFailure(status, ""), {});
  EXPECT_THAT(output.err, HasSubstr("nothing was cancelled; it may be tried again"));
  EXPECT_EQ(output.exit_code, 3);
}

TEST(RenderFailureTest, UnknownOutcomeIsSaidPlainly) {
  const grpc::Status ours = GatewayStatus(grpc::StatusCode::UNKNOWN, "m")
                                .AddErrorInfo("UPSTREAM_ERROR", "UNKNOWN")
                                .Build();
  Output output = Render(client::ReadFailure(ours, ""), {});
  EXPECT_THAT(output.err, HasSubstr("outcome:     unknown: runs may have been cancelled"));
  EXPECT_EQ(output.exit_code, 4);

  const grpc::Status foreign(grpc::StatusCode::UNAVAILABLE, "refused\n\x1B[31m");
  output = Render(client::ReadFailure(foreign, ""), {});
  EXPECT_THAT(output.err, HasSubstr("gatewayctl: UNAVAILABLE: refused\\x0A\\x1B[31m\n"));
  EXPECT_THAT(output.err, HasSubstr("reason:      none given"));
  EXPECT_THAT(output.err, HasSubstr("did not come from the gateway"));
  EXPECT_EQ(output.exit_code, 4);
}

TEST(RenderJsonTest, DocumentIsOnStdoutAndExitCodesAreTheSame) {
  const CancelCommand command{.output = OutputFormat::kJson};
  Output output = Render(CancelReply{}, command);
  EXPECT_THAT(output.out, HasSubstr("\"executionIds\": []"));
  EXPECT_EQ(output.err, "");
  EXPECT_EQ(output.exit_code, 0);

  const grpc::Status status = GatewayStatus(grpc::StatusCode::UNAVAILABLE, "m")
                                  .AddErrorInfo("UPSTREAM_UNREACHABLE", "NOT_APPLIED")
                                  .Build();
  output = Render(client::ReadFailure(status, ""), command);
  EXPECT_THAT(output.out, HasSubstr("\"reason\": \"UPSTREAM_UNREACHABLE\""));
  EXPECT_EQ(output.err, "");
  EXPECT_EQ(output.exit_code, 3);
}

TEST(PrintableTest, EscapesControlCharactersAndBrokenBytes) {
  EXPECT_EQ(Printable("caf\xC3\xA9 ok"), "caf\xC3\xA9 ok");
  EXPECT_EQ(Printable(std::string_view("a\0b\x7F", 4)), "a\\x00b\\x7F");
  EXPECT_EQ(Printable("\xC2\x85"), "\\xC2\\x85");
  EXPECT_EQ(Printable("\xFFx\xC3"), "\\xFFx\\xC3");
}

}  // namespace
}  // namespace suprsend_gateway::cli
