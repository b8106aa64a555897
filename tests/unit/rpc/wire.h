#ifndef TESTS_UNIT_RPC_WIRE_H_
#define TESTS_UNIT_RPC_WIRE_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace suprsend_gateway::rpc::wire {

// Protobuf's wire format by hand, so that tests can write what no generated class does.
enum Type { kVarint = 0, kFixed64 = 1, kBytes = 2, kStartGroup = 3, kEndGroup = 4, kFixed32 = 5 };

inline std::string Varint(uint64_t value) {
  std::string bytes;
  for (; value >= 0x80; value >>= 7) bytes.push_back(static_cast<char>((value & 0x7F) | 0x80));
  bytes.push_back(static_cast<char>(value));
  return bytes;
}

// The value in more bytes than it takes.
inline std::string OverlongVarint(uint64_t value, size_t size) {
  std::string bytes;
  for (size_t i = 0; i + 1 < size; ++i, value >>= 7) {
    bytes.push_back(static_cast<char>((value & 0x7F) | 0x80));
  }
  bytes.push_back(static_cast<char>(value));
  return bytes;
}

inline std::string Tag(uint32_t field, Type type) {
  return Varint((uint64_t{field} << 3) | static_cast<uint64_t>(type));
}

inline std::string Text(uint32_t field, std::string_view value) {
  return Tag(field, kBytes) + Varint(value.size()) + std::string(value);
}

inline std::string Number(uint32_t field, uint64_t value) {
  return Tag(field, kVarint) + Varint(value);
}

inline std::string Group(uint32_t field, std::string_view content) {
  return Tag(field, kStartGroup) + std::string(content) + Tag(field, kEndGroup);
}

// The fields of CancelWorkflowRequest.
inline constexpr uint32_t kExecutionId = 1;
inline constexpr uint32_t kRecipients = 2;
inline constexpr uint32_t kIdempotencyKey = 3;
inline constexpr uint32_t kWorkflowSlug = 4;
inline constexpr uint32_t kValidateOnly = 15;

}  // namespace suprsend_gateway::rpc::wire

#endif  // TESTS_UNIT_RPC_WIRE_H_
