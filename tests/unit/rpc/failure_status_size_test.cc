#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "service/rpc/random_id.h"
#include "service/rpc/validate_request.h"
#include "tests/unit/rpc/status_details.h"

namespace suprsend_gateway::rpc {
namespace {

using ::suprsend::gateway::v1::CancelWorkflowRequest;
using workflow::Failure;
using workflow::FailureKind;

constexpr size_t kTrailerLimit = size_t{6} * 1024;

// grpc-message is percent-encoded: whatever is no visible ASCII, and the sign itself.
size_t PercentEncoded(std::string_view text) {
  size_t size = 0;
  for (const char c : text) size += c >= ' ' && c <= '~' && c != '%' ? 1 : 3;
  return size;
}

// All that goes out behind a failure: names and values, details in base64, and 32 bytes for each
// entry as HTTP/2 counts them.
size_t TrailerBytes(const FailureStatus& failure, const std::string& request_id) {
  constexpr size_t kEntry = 32;
  const size_t base64 = (failure.details.size() + 2) / 3 * 4;
  const size_t pushback =
      failure.retry_pushback_ms ? std::to_string(*failure.retry_pushback_ms).size() : 0;
  return kEntry + std::string_view("grpc-status").size() + 2 +  //
         kEntry + std::string_view("grpc-message").size() + PercentEncoded(failure.message) +
         kEntry + std::string_view("grpc-status-details-bin").size() + base64 +  //
         kEntry + std::string_view("x-request-id").size() + request_id.size() +  //
         kEntry + std::string_view("grpc-retry-pushback-ms").size() + pushback;
}

size_t TrailerBytes(const CancelWorkflowRequest& request) {
  const Violations violations = ValidateRequest(request);
  const std::string id = NewRequestId();
  return TrailerBytes(MakeFailureStatus({.kind = violations.kind()}, 0, id, violations), id);
}

TEST(TrailerSize, IsUnder6KiBForTheLargestUpstreamError) {
  for (const workflow::FailureRow& row : workflow::kFailureTable) {
    const Failure failure{.kind = row.kind,
                          .http_status = 422,
                          .retry_after = std::chrono::hours(24) - std::chrono::nanoseconds(1),
                          .upstream_code = std::string(64, 'c'),
                          .upstream_message = std::string(512, 'm')};
    const std::string id = NewRequestId();
    EXPECT_LT(TrailerBytes(MakeFailureStatus(failure, 3, id), id), kTrailerLimit) << row.log_name;
  }
}

// Far down a long list each name is at its longest, and each value breaks all it can.
TEST(TrailerSize, IsUnder6KiBForTheWorstRecipients) {
  CancelWorkflowRequest request;
  for (int i = 0; i < 100'000; ++i) request.add_recipients("ok");
  for (int i = 0; i < 1000; ++i) request.add_recipients(std::string(100'000, '\t'));
  ASSERT_EQ(ValidateRequest(request).count(), 3000u);
  EXPECT_LT(TrailerBytes(request), kTrailerLimit);
}

TEST(TrailerSize, IsUnder6KiBForTheWorstOfEveryField) {
  CancelWorkflowRequest request;
  request.set_execution_id(std::string(100'000, '\n'));
  request.set_idempotency_key(std::string(100'000, '\n'));
  request.set_workflow_slug(std::string(100'000, '\n'));
  for (int i = 0; i < 100; ++i) request.add_recipients("");
  EXPECT_LT(TrailerBytes(request), kTrailerLimit);
}

TEST(TrailerSize, IsUnder6KiBForUnknownFields) {
  CancelWorkflowRequest request;
  auto* unknown = request.GetReflection()->MutableUnknownFields(&request);
  for (int i = 0; i < 5000; ++i) unknown->AddVarint(536'870'911 - i, 1);
  EXPECT_LT(TrailerBytes(request), kTrailerLimit);
}

// Nothing of what the caller sent stands in what we say of it.
TEST(Secrets, AreInNoMessage) {
  const std::string secret = "Zq9Zq9";
  CancelWorkflowRequest request;
  request.set_execution_id(secret + "\n");
  request.add_recipients("\t" + secret);
  request.add_recipients(secret + std::string(2000, 'x'));
  request.set_idempotency_key(std::string(300, 'x') + secret);
  request.set_workflow_slug(secret + std::string("\0", 1));
  request.GetReflection()->MutableUnknownFields(&request)->AddLengthDelimited(99, secret);
  const Violations violations = ValidateRequest(request);
  ASSERT_EQ(violations.count(), 6u);
  const FailureStatus failure = MakeFailureStatus({.kind = violations.kind()}, 0, "id", violations);
  EXPECT_THAT(failure.message, testing::Not(testing::HasSubstr("Zq9")));
  EXPECT_THAT(failure.details, testing::Not(testing::HasSubstr("Zq9")));
}

}  // namespace
}  // namespace suprsend_gateway::rpc
