#include <gtest/gtest.h>

#include <ostream>
#include <set>

#include "service/rpc/parse_request.h"
#include "tests/unit/rpc/wire.h"

namespace suprsend_gateway::rpc {
namespace {

using ::suprsend::gateway::v1::CancelWorkflowRequest;

struct Bytes {
  const char* name;
  std::string bytes;
};

void PrintTo(const Bytes& bytes, std::ostream* out) { *out << bytes.name; }

class Malformed : public testing::TestWithParam<Bytes> {};

TEST_P(Malformed, IsRefusedWhateverStandsBeforeIt) {
  for (const std::string& before : {std::string(), wire::Text(wire::kExecutionId, "dsl_1")}) {
    CancelWorkflowRequest request;
    EXPECT_FALSE(ParseRequest(before + GetParam().bytes, request).has_value());
  }
}

std::string Nested(int depth) {
  std::string bytes;
  for (int i = 0; i < depth; ++i) bytes += wire::Tag(50, wire::kStartGroup);
  for (int i = 0; i < depth; ++i) bytes += wire::Tag(50, wire::kEndGroup);
  return bytes;
}

INSTANTIATE_TEST_SUITE_P(
    Wire, Malformed,
    testing::Values(
        Bytes{"json", R"({"execution_id":"dsl_1"})"}, Bytes{"nul", std::string(1, '\0')},
        Bytes{"nuls", std::string(100, '\0')}, Bytes{"ff", std::string(100, '\xFF')},
        Bytes{"field_zero_varint", std::string("\0\x01", 2)},
        Bytes{"field_zero_text", std::string("\x02\x01x", 3)},
        Bytes{"tag_of_33_bits", "\x80\x80\x80\x80\x10"}, Bytes{"tag_cut", "\x8A"},
        Bytes{"tag_of_eleven_bytes", std::string(10, '\x8A') + "\x01"},
        Bytes{"tag_of_six_bytes", wire::OverlongVarint(0x0A, 6) + std::string("\x01x", 2)},
        Bytes{"wire_type_6", std::string("\x36\x00", 2)},
        Bytes{"wire_type_7", std::string("\x37\x00", 2)},
        Bytes{"length_cut", wire::Tag(2, wire::kBytes)},
        Bytes{"length_past_the_end", wire::Tag(2, wire::kBytes) + "\x02x"},
        Bytes{"length_of_2_gib", wire::Tag(2, wire::kBytes) + wire::Varint(0x7FFFFFFF) + "x"},
        Bytes{"length_of_4_gib", wire::Tag(2, wire::kBytes) + wire::Varint(0xFFFFFFFF) + "x"},
        Bytes{"length_negative", wire::Tag(2, wire::kBytes) + wire::Varint(~uint64_t{0}) + "x"},
        Bytes{"length_of_eleven_bytes",
              wire::Tag(2, wire::kBytes) + std::string(10, '\x80') + std::string("\x01x", 2)},
        Bytes{"varint_cut", wire::Tag(15, wire::kVarint) + "\x80"},
        Bytes{"varint_of_eleven_bytes",
              wire::Tag(15, wire::kVarint) + std::string(10, '\x80') + "\x01"},
        Bytes{"unknown_varint_of_eleven_bytes",
              wire::Tag(99, wire::kVarint) + std::string(10, '\x80') + "\x01"},
        Bytes{"fixed64_cut", wire::Tag(99, wire::kFixed64) + "1234567"},
        Bytes{"fixed32_cut", wire::Tag(99, wire::kFixed32) + "123"},
        Bytes{"group_never_ended", wire::Tag(50, wire::kStartGroup)},
        Bytes{"group_never_started", wire::Tag(50, wire::kEndGroup)},
        Bytes{"group_ended_by_another",
              wire::Tag(50, wire::kStartGroup) + wire::Tag(51, wire::kEndGroup)},
        Bytes{"group_with_bad_content", wire::Group(50, "\x0A\x05x")},
        Bytes{"groups_too_deep", Nested(100'000)}),
    [](const auto& row) { return std::string(row.param.name); });

INSTANTIATE_TEST_SUITE_P(Utf8, Malformed,
                         testing::Values(Bytes{"execution_id", wire::Text(1, "\xFF")},
                                         Bytes{"recipient", wire::Text(2, "caf\xE9")},
                                         Bytes{"idempotency_key", wire::Text(3, "\xC0\x80")},
                                         Bytes{"workflow_slug", wire::Text(4, "\xED\xA0\x80")},
                                         Bytes{"cut_character", wire::Text(2, "\xE2\x82")},
                                         Bytes{"past_unicode", wire::Text(2, "\xF4\x90\x80\x80")},
                                         Bytes{"second_recipient",
                                               wire::Text(2, "ok") + wire::Text(2, "\xFE")}),
                         [](const auto& row) { return std::string(row.param.name); });

// Cut anywhere but between two fields, bytes are no message; and cut between two, what is left is
// only what stood there. Never does a cut field count as absent.
TEST(Truncated, IsRefusedOrHoldsWholeFieldsOnly) {
  const std::string fields[] = {wire::Text(1, "dsl_1"),  wire::Text(2, "user_1"),
                                wire::Text(2, "user_2"), wire::Text(3, "key"),
                                wire::Text(4, "slug"),   wire::Number(15, 1)};
  std::string bytes;
  std::set<size_t> between = {0};
  for (const std::string& field : fields) between.insert((bytes += field).size());
  for (size_t size = 0; size <= bytes.size(); ++size) {
    CancelWorkflowRequest request;
    EXPECT_EQ(ParseRequest(bytes.substr(0, size), request).has_value(), between.contains(size))
        << size;
  }
}

// A claimed length must not make the parser reserve memory for it.
TEST(Length, ThatLiesCostsNothing) {
  for (int i = 0; i < 1000; ++i) {
    CancelWorkflowRequest request;
    EXPECT_FALSE(ParseRequest(wire::Tag(2, wire::kBytes) + wire::Varint(0x7FFFFFF0) + "x", request)
                     .has_value());
  }
}

// Overlong varints are odd but well-formed; the value counts.
TEST(OverlongVarints, AreTakenAsTheirValue) {
  CancelWorkflowRequest request;
  const std::string length = wire::Tag(1, wire::kBytes) + wire::OverlongVarint(3, 5) + "one";
  const std::string flag = wire::Tag(15, wire::kVarint) + wire::OverlongVarint(1, 10);
  const std::string tag = wire::OverlongVarint((4 << 3) | wire::kBytes, 5) + wire::Varint(1) + "s";
  EXPECT_TRUE(ParseRequest(length + flag + tag, request).has_value());
  EXPECT_EQ(request.execution_id(), "one");
  EXPECT_TRUE(request.validate_only());
  EXPECT_EQ(request.workflow_slug(), "s");
}

// validate_only must hold for each value that is not zero: read as false, it would send.
TEST(ValidateOnly, IsTrueForAnyNumberButZero) {
  for (const uint64_t value : {uint64_t{1}, uint64_t{2}, uint64_t{256}, uint64_t{1} << 32,
                               uint64_t{1} << 63, ~uint64_t{0}}) {
    CancelWorkflowRequest request;
    EXPECT_TRUE(ParseRequest(wire::Number(15, value), request).has_value());
    EXPECT_TRUE(request.validate_only()) << value;
  }
}

}  // namespace
}  // namespace suprsend_gateway::rpc
