#ifndef SUPRSEND_GATEWAY_TESTS_SUPPORT_WIRE_H_
#define SUPRSEND_GATEWAY_TESTS_SUPPORT_WIRE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// protobuf's wire format by hand, for messages that no generated code can write.
namespace suprsend_gateway::testing::wire {

std::string Varint(uint64_t value);
// The same value in `size` bytes, which is more than it needs; at most 10.
std::string PaddedVarint(uint64_t value, size_t size);

// Wire types: 0 varint, 1 eight bytes, 2 length-delimited, 3 and 4 group, 5 four bytes.
std::string Tag(uint32_t field, uint32_t wire_type);

// Whole fields.
std::string VarintField(uint32_t field, uint64_t value);
std::string BytesField(uint32_t field, std::string_view bytes);
std::string Fixed32Field(uint32_t field);
std::string Fixed64Field(uint32_t field);
std::string GroupField(uint32_t field, std::string_view content);

}  // namespace suprsend_gateway::testing::wire

namespace suprsend_gateway::testing {

// CancelWorkflowRequest.
struct CancelRequest {
  std::optional<std::string> execution_id;
  std::vector<std::string> recipients;
  std::optional<std::string> idempotency_key;
  std::optional<std::string> workflow_slug;
  bool validate_only = false;

  bool operator==(const CancelRequest&) const = default;
};

// The message as a generated client writes it.
std::string Encode(const CancelRequest& request);

// Reads a message by the strictest rules: every field known, of its own wire type, in its shortest
// form, and singular ones at most once. Written apart from the gateway's own parser, to judge it.
std::optional<CancelRequest> DecodeStrictly(std::string_view bytes);

// The JSON that must reach SuprSend, for values without control characters.
std::string ExpectedJson(const CancelRequest& request);

}  // namespace suprsend_gateway::testing

#endif  // SUPRSEND_GATEWAY_TESTS_SUPPORT_WIRE_H_
