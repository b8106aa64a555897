#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>

#include "service/rpc/validate_request.h"

namespace suprsend_gateway::rpc {
namespace {

using ::suprsend::gateway::v1::CancelWorkflowRequest;
using workflow::FailureKind;

std::string Times(std::string_view text, size_t times) {
  std::string result;
  for (size_t i = 0; i < times; ++i) result.append(text);
  return result;
}

struct Limit {
  const char* name;
  const char* field;
  size_t code_points;
  void (*set)(CancelWorkflowRequest&, const std::string&);
};

void PrintTo(const Limit& limit, std::ostream* out) { *out << limit.name; }

class LengthLimit : public testing::TestWithParam<Limit> {};

TEST_P(LengthLimit, IsMetExactlyAndNotOnePast) {
  // Of one to four bytes: the limit counts code points, not bytes or UTF-16 units.
  for (const std::string_view character : {"x", "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80"}) {
    CancelWorkflowRequest at;
    GetParam().set(at, Times(character, GetParam().code_points));
    EXPECT_TRUE(ValidateRequest(at).empty());

    CancelWorkflowRequest past;
    GetParam().set(past, Times(character, GetParam().code_points + 1));
    const Violations violations = ValidateRequest(past);
    ASSERT_EQ(violations.count(), 1u);
    EXPECT_EQ(violations.kind(), FailureKind::kInvalidFilter);
    EXPECT_EQ(violations.told()[0].field, GetParam().field);
    EXPECT_THAT(violations.told()[0].description,
                testing::HasSubstr(std::to_string(GetParam().code_points)));
    EXPECT_THAT(violations.told()[0].description,
                testing::Not(testing::HasSubstr(std::string(character) + std::string(character))));
  }
}

INSTANTIATE_TEST_SUITE_P(
    Design, LengthLimit,
    testing::Values(Limit{"execution_id", "execution_id", 1024,
                          [](CancelWorkflowRequest& request, const std::string& text) {
                            request.set_execution_id(text);
                          }},
                    Limit{"recipient", "recipients[0]", 1024,
                          [](CancelWorkflowRequest& request, const std::string& text) {
                            request.add_recipients(text);
                          }},
                    Limit{"idempotency_key", "idempotency_key", 255,
                          [](CancelWorkflowRequest& request, const std::string& text) {
                            request.set_idempotency_key(text);
                          }},
                    Limit{"workflow_slug", "workflow_slug", 255,
                          [](CancelWorkflowRequest& request, const std::string& text) {
                            request.set_workflow_slug(text);
                          }}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(NoFilter, IsAViolationOfItsOwn) {
  CancelWorkflowRequest request;
  for (const bool validate_only : {false, true}) {
    request.set_validate_only(validate_only);
    const Violations violations = ValidateRequest(request);
    ASSERT_EQ(violations.count(), 1u);
    EXPECT_EQ(violations.kind(), FailureKind::kNoFilter);
  }
}

TEST(AnyOneFilter, IsEnough) {
  CancelWorkflowRequest id, recipient, key, slug;
  id.set_execution_id("x");
  recipient.add_recipients("x");
  key.set_idempotency_key("x");
  slug.set_workflow_slug("x");
  for (const auto& request : {id, recipient, key, slug}) {
    EXPECT_TRUE(ValidateRequest(request).empty()) << request.ShortDebugString();
  }
}

// A filter that is there but empty is a bad filter, not the lack of one.
TEST(EmptyFilter, IsNotNoFilter) {
  CancelWorkflowRequest request;
  request.set_workflow_slug("");
  const Violations violations = ValidateRequest(request);
  ASSERT_EQ(violations.count(), 1u);
  EXPECT_EQ(violations.kind(), FailureKind::kInvalidFilter);
  EXPECT_EQ(violations.told()[0].field, "workflow_slug");
}

TEST(Recipients, AreEachHeldAgainstTheRules) {
  CancelWorkflowRequest request;
  for (int i = 0; i < 100; ++i) request.add_recipients(i % 30 == 3 ? "" : "user");
  const Violations violations = ValidateRequest(request);
  std::vector<std::string> fields;
  for (const auto& violation : violations.told()) fields.push_back(violation.field);
  EXPECT_THAT(fields, testing::ElementsAre("recipients[3]", "recipients[33]", "recipients[63]",
                                           "recipients[93]"));
}

TEST(Recipients, HaveNoLimitInNumber) {
  CancelWorkflowRequest request;
  for (int i = 0; i < 200'000; ++i) request.add_recipients("u");
  EXPECT_TRUE(ValidateRequest(request).empty());
}

TEST(Violations, AreAllFoundAtOnce) {
  CancelWorkflowRequest request;
  request.set_execution_id("");
  request.add_recipients("ok");
  request.add_recipients(" ");
  request.set_idempotency_key(std::string(256, 'x'));
  request.set_workflow_slug("a\nb");
  const Violations violations = ValidateRequest(request);
  std::vector<std::string> fields;
  for (const auto& violation : violations.told()) fields.push_back(violation.field);
  EXPECT_THAT(fields, testing::UnorderedElementsAre("execution_id", "recipients[1]",
                                                    "idempotency_key", "workflow_slug"));
}

}  // namespace
}  // namespace suprsend_gateway::rpc
