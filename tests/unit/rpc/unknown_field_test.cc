#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>

#include "service/rpc/parse_request.h"
#include "service/rpc/validate_request.h"
#include "tests/unit/rpc/wire.h"

namespace suprsend_gateway::rpc {
namespace {

using ::suprsend::gateway::v1::CancelWorkflowRequest;
using workflow::FailureKind;

// As the service does: parse, then hold against the rules.
Violations Check(const std::string& bytes) {
  CancelWorkflowRequest request;
  const std::optional<Violations> repeated = ParseRequest(bytes, request);
  EXPECT_TRUE(repeated.has_value());
  return ValidateRequest(request, repeated.value_or(Violations()));
}

struct Bytes {
  const char* name;
  std::string bytes;
  std::string number;
};

void PrintTo(const Bytes& bytes, std::ostream* out) { *out << bytes.name; }

// A newer client's filter, or one of another type, must not be passed over.
class UnknownField : public testing::TestWithParam<Bytes> {};

TEST_P(UnknownField, IsRefusedByItsNumber) {
  const std::string known = wire::Text(wire::kExecutionId + 1, "user_1");
  for (const std::string& bytes : {known + GetParam().bytes, GetParam().bytes + known}) {
    const Violations violations = Check(bytes);
    ASSERT_EQ(violations.count(), 1u);
    EXPECT_EQ(violations.kind(), FailureKind::kUnknownField);
    EXPECT_EQ(violations.told()[0].field, GetParam().number);
  }
}

INSTANTIATE_TEST_SUITE_P(
    WireTypes, UnknownField,
    testing::Values(
        Bytes{"varint", wire::Number(99, 7), "99"}, Bytes{"text", wire::Text(5, "tenant"), "5"},
        Bytes{"empty_text", wire::Text(5, ""), "5"}, Bytes{"zero", wire::Number(14, 0), "14"},
        Bytes{"fixed64", wire::Tag(16, wire::kFixed64) + "12345678", "16"},
        Bytes{"fixed32", wire::Tag(16, wire::kFixed32) + "1234", "16"},
        Bytes{"group", wire::Group(50, wire::Text(1, "x")), "50"},
        Bytes{"empty_group", wire::Group(50, ""), "50"},
        Bytes{"largest_number", wire::Text(536'870'911, "x"), "536870911"},
        Bytes{"repeated_field_as_number", wire::Number(2, 1), "2"},
        Bytes{"repeated_field_as_group", wire::Group(2, ""), "2"},
        Bytes{"execution_id_as_number", wire::Number(1, 1), "1"},
        Bytes{"execution_id_as_fixed32", wire::Tag(1, wire::kFixed32) + "1234", "1"},
        Bytes{"key_as_group", wire::Group(3, wire::Text(1, "x")), "3"},
        Bytes{"slug_as_fixed64", wire::Tag(4, wire::kFixed64) + "12345678", "4"},
        Bytes{"validate_only_as_text", wire::Text(15, "\x01"), "15"},
        Bytes{"validate_only_as_fixed32", wire::Tag(15, wire::kFixed32) + "1234", "15"}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(UnknownFields, AreAllTold) {
  const Violations violations =
      Check(wire::Text(1, "e") + wire::Text(7, "a") + wire::Number(8, 1) + wire::Text(9, "b"));
  std::vector<std::string> fields;
  for (const auto& violation : violations.told()) fields.push_back(violation.field);
  EXPECT_THAT(fields, testing::UnorderedElementsAre("7", "8", "9"));
}

TEST(UnknownFields, StandBesideOtherViolations) {
  const Violations violations = Check(wire::Text(1, "") + wire::Text(7, "a"));
  ASSERT_EQ(violations.count(), 2u);
  EXPECT_EQ(violations.told()[0].field, "execution_id");
  EXPECT_EQ(violations.told()[1].field, "7");
}

TEST(UnknownFields, StandBesideAFieldThatStandsTwice) {
  const Violations violations =
      Check(wire::Text(1, "e") + wire::Text(1, "") + wire::Text(7, "a") + wire::Text(1, "x\n"));
  ASSERT_EQ(violations.count(), 3u);
  EXPECT_EQ(violations.told()[0].field, "execution_id");
  EXPECT_EQ(violations.told()[1].field, "execution_id");
  EXPECT_EQ(violations.told()[2].field, "7");
}

TEST(UnknownFields, AreNoFilter) {
  const Violations violations = Check(wire::Text(7, "a"));
  EXPECT_EQ(violations.count(), 2u);
}

}  // namespace
}  // namespace suprsend_gateway::rpc
