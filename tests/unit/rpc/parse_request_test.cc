#include "service/rpc/parse_request.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "tests/unit/rpc/wire.h"

namespace suprsend_gateway::rpc {
namespace {

using ::suprsend::gateway::v1::CancelWorkflowRequest;
using workflow::FailureKind;

TEST(ParseRequest, ReadsEveryField) {
  const std::string bytes =
      wire::Text(wire::kExecutionId, "e") + wire::Text(wire::kRecipients, "r1") +
      wire::Text(wire::kRecipients, "r2") + wire::Text(wire::kIdempotencyKey, "k") +
      wire::Text(wire::kWorkflowSlug, "s") + wire::Number(wire::kValidateOnly, 1);
  CancelWorkflowRequest request;
  EXPECT_TRUE(ParseRequest(bytes, request)->empty());
  EXPECT_EQ(request.execution_id(), "e");
  EXPECT_THAT(request.recipients(), testing::ElementsAre("r1", "r2"));
  EXPECT_EQ(request.idempotency_key(), "k");
  EXPECT_EQ(request.workflow_slug(), "s");
  EXPECT_TRUE(request.validate_only());
}

TEST(ParseRequest, ReadsFieldsInAnyOrder) {
  const std::string bytes =
      wire::Text(wire::kRecipients, "r1") + wire::Text(wire::kWorkflowSlug, "s") +
      wire::Text(wire::kRecipients, "r2") + wire::Text(wire::kExecutionId, "e");
  CancelWorkflowRequest request;
  EXPECT_TRUE(ParseRequest(bytes, request)->empty());
  EXPECT_EQ(request.execution_id(), "e");
  EXPECT_THAT(request.recipients(), testing::ElementsAre("r1", "r2"));
}

TEST(ParseRequest, OfNoBytesIsARequestWithNothingSet) {
  CancelWorkflowRequest request;
  EXPECT_TRUE(ParseRequest({}, request)->empty());
  EXPECT_FALSE(request.has_execution_id());
  EXPECT_EQ(request.recipients_size(), 0);
  EXPECT_FALSE(request.validate_only());
}

TEST(ParseRequest, KeepsThePresenceOfEmptyFields) {
  const std::string bytes = wire::Text(wire::kExecutionId, "") + wire::Text(wire::kRecipients, "") +
                            wire::Text(wire::kIdempotencyKey, "") +
                            wire::Text(wire::kWorkflowSlug, "");
  CancelWorkflowRequest request;
  EXPECT_TRUE(ParseRequest(bytes, request)->empty());
  EXPECT_TRUE(request.has_execution_id());
  EXPECT_THAT(request.recipients(), testing::ElementsAre(""));
  EXPECT_TRUE(request.has_idempotency_key());
  EXPECT_TRUE(request.has_workflow_slug());
}

struct Repeated {
  const char* field;
  std::string once;
  std::string again;
};

void PrintTo(const Repeated& repeated, std::ostream* out) { *out << repeated.field; }

class RepeatedSingular : public testing::TestWithParam<Repeated> {};

TEST_P(RepeatedSingular, IsMalformedAndNamesItsField) {
  const std::string other = wire::Text(wire::kRecipients, "r");
  const std::string forms[] = {
      GetParam().once + GetParam().again, GetParam().again + GetParam().once,
      GetParam().once + GetParam().once, GetParam().once + other + GetParam().again,
      other + GetParam().once + wire::Text(99, "unknown") + GetParam().again};
  for (const std::string& bytes : forms) {
    CancelWorkflowRequest request;
    const std::optional<Violations> violations = ParseRequest(bytes, request);
    ASSERT_EQ(violations->count(), 1u);
    EXPECT_EQ(violations->kind(), FailureKind::kMalformedRequest);
    EXPECT_EQ(violations->told()[0].field, GetParam().field);
    EXPECT_FALSE(violations->told()[0].description.empty());
  }
}

INSTANTIATE_TEST_SUITE_P(
    Fields, RepeatedSingular,
    testing::Values(Repeated{"execution_id", wire::Text(1, "one"), wire::Text(1, "two")},
                    Repeated{"idempotency_key", wire::Text(3, "one"), wire::Text(3, "")},
                    Repeated{"workflow_slug", wire::Text(4, "one"), wire::Text(4, "two")},
                    Repeated{"validate_only", wire::Number(15, 1), wire::Number(15, 0)}),
    [](const auto& row) { return std::string(row.param.field); });

// However often each stands.
TEST(RepeatedSingulars, AreEachToldOnce) {
  std::string bytes;
  for (int i = 0; i < 3; ++i) bytes += wire::Text(1, "e") + wire::Text(3, "k");
  CancelWorkflowRequest request;
  const std::optional<Violations> violations = ParseRequest(bytes, request);
  std::vector<std::string> fields;
  for (const auto& violation : violations->told()) fields.push_back(violation.field);
  EXPECT_THAT(fields, testing::ElementsAre("execution_id", "idempotency_key"));
}

// One of the two is of another wire type: protobuf keeps it as an unknown field. Either way it is
// refused.
TEST(RepeatedSingulars, AreFoundAcrossWireTypes) {
  CancelWorkflowRequest request;
  EXPECT_FALSE(ParseRequest(wire::Text(1, "e") + wire::Number(1, 7), request)->empty());
  EXPECT_FALSE(ParseRequest(wire::Number(15, 1) + wire::Text(15, "\x01"), request)->empty());
}

// The tag of the second is written in more bytes than it takes, which protobuf allows.
TEST(RepeatedSingulars, AreFoundBehindOverlongTags) {
  const std::string tag = wire::OverlongVarint((1 << 3) | wire::kBytes, 5);
  CancelWorkflowRequest request;
  const std::optional<Violations> violations =
      ParseRequest(wire::Text(1, "one") + tag + wire::Varint(3) + "two", request);
  EXPECT_FALSE(violations->empty());
  EXPECT_EQ(violations->kind(), FailureKind::kMalformedRequest);
}

// The content of an unknown group is not of this message.
TEST(RepeatedSingulars, AreNotLookedForInsideGroupsOrText) {
  CancelWorkflowRequest request;
  EXPECT_TRUE(
      ParseRequest(wire::Text(1, "e") + wire::Group(50, wire::Text(1, "e")), request)->empty());
  EXPECT_TRUE(
      ParseRequest(wire::Text(2, wire::Text(1, "e")) + wire::Text(1, "e"), request)->empty());
}

TEST(Recipients, MayRepeat) {
  std::string bytes;
  for (int i = 0; i < 1000; ++i) bytes += wire::Text(wire::kRecipients, "r");
  CancelWorkflowRequest request;
  EXPECT_TRUE(ParseRequest(bytes, request)->empty());
  EXPECT_EQ(request.recipients_size(), 1000);
}

}  // namespace
}  // namespace suprsend_gateway::rpc
