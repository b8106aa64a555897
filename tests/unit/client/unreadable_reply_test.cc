#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "client/cpp/workflow_client.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/unit/client/fake_gateway.h"

namespace suprsend_gateway::client {
namespace {

using ::testing::IsEmpty;

// Reads the request, then ends the call with `status`, and with `message` before it where there is
// one.
class Answer : public grpc::ServerGenericBidiReactor {
 public:
  Answer(const std::optional<std::string>& message, grpc::Status status)
      : status_(std::move(status)) {
    if (message) {
      const grpc::Slice slice(*message);
      message_.emplace(&slice, 1);
    }
    StartRead(&request_);
  }

  void OnReadDone(bool /*ok*/) override {
    message_ ? StartWriteAndFinish(&*message_, {}, status_) : Finish(status_);
  }
  void OnDone() override { delete this; }

 private:
  grpc::Status status_;
  std::optional<grpc::ByteBuffer> message_;
  grpc::ByteBuffer request_;
};

// Answers OK, with any bytes for a message or with none.
class RawGateway : public grpc::CallbackGenericService {
 public:
  explicit RawGateway(std::optional<std::string> message) : message_(std::move(message)) {
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port_);
    builder.RegisterCallbackGenericService(this);
    server_ = builder.BuildAndStart();
  }

  grpc::ServerGenericBidiReactor* CreateReactor(
      grpc::GenericCallbackServerContext* context) override {
    // The client asks for the health too.
    if (context->method() != "/suprsend.gateway.v1.WorkflowService/CancelWorkflow") {
      return new Answer(std::nullopt, grpc::Status(grpc::StatusCode::UNIMPLEMENTED, ""));
    }
    context->AddTrailingMetadata("x-request-id", "req-7");
    return new Answer(message_, grpc::Status::OK);
  }

  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }

 private:
  const std::optional<std::string> message_;
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
};

// What a caller hears, in both ways.
std::vector<CancelResult> CallBoth(std::optional<std::string> message) {
  const RawGateway gateway(std::move(message));
  const WorkflowClient client(gateway.address());
  std::vector<CancelResult> results;
  results.push_back(client.CancelWorkflow({.execution_id = "e"}));
  results.push_back(Wait(CallAsync(client, {.execution_id = "e"}, {}, {})));
  return results;
}

void ExpectUnknownOutcome(const std::vector<CancelResult>& results) {
  for (const CancelResult& result : results) {
    ASSERT_TRUE(std::holds_alternative<Failure>(result)) << &result - results.data();
    const auto& failure = std::get<Failure>(result);
    EXPECT_EQ(failure.code, grpc::StatusCode::UNIMPLEMENTED);
    EXPECT_NE(failure.message, "");
    EXPECT_EQ(failure.reason, "");
    EXPECT_EQ(failure.outcome, Outcome::kUnknown);
    EXPECT_EQ(failure.request_id, "req-7");
    EXPECT_FALSE(failure.SafeToRetry());
  }
}

TEST(UnreadableReplyTest, OkWithoutAMessageIsAFailure) {
  ExpectUnknownOutcome(CallBoth(std::nullopt));
}

TEST(UnreadableReplyTest, OkWithGarbageIsAFailure) { ExpectUnknownOutcome(CallBoth("\xFF")); }

// The first id parses; the second is not valid UTF-8.
TEST(UnreadableReplyTest, OkWithAMessageThatParsesInPartIsAFailure) {
  ExpectUnknownOutcome(
      CallBoth("\x0A\x01"
               "a"
               "\x0A\x01\xFF"));
}

TEST(UnreadableReplyTest, OkWithAnEmptyMessageIsAReplyWithoutRuns) {
  for (const CancelResult& result : CallBoth("")) {
    ASSERT_TRUE(std::holds_alternative<CancelReply>(result));
    EXPECT_THAT(std::get<CancelReply>(result).execution_ids, IsEmpty());
    EXPECT_EQ(std::get<CancelReply>(result).request_id, "req-7");
  }
}

}  // namespace
}  // namespace suprsend_gateway::client
