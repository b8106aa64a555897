#include "tests/support/wire.h"

namespace suprsend_gateway::testing::wire {

std::string Varint(uint64_t value) {
  std::string bytes;
  for (; value >= 0x80; value >>= 7) bytes += static_cast<char>((value & 0x7f) | 0x80);
  return bytes + static_cast<char>(value);
}

std::string PaddedVarint(uint64_t value, size_t size) {
  std::string bytes;
  for (size_t i = 0; i + 1 < size; ++i, value >>= 7) {
    bytes += static_cast<char>((value & 0x7f) | 0x80);
  }
  return bytes + static_cast<char>(value);
}

std::string Tag(uint32_t field, uint32_t wire_type) {
  return Varint(uint64_t{field} << 3 | wire_type);
}

std::string VarintField(uint32_t field, uint64_t value) { return Tag(field, 0) + Varint(value); }

std::string BytesField(uint32_t field, std::string_view bytes) {
  return (Tag(field, 2) + Varint(bytes.size())).append(bytes);
}

std::string Fixed32Field(uint32_t field) { return Tag(field, 5) + "four"; }

std::string Fixed64Field(uint32_t field) { return Tag(field, 1) + "eight by"; }

std::string GroupField(uint32_t field, std::string_view content) {
  return Tag(field, 3).append(content) + Tag(field, 4);
}

}  // namespace suprsend_gateway::testing::wire

namespace suprsend_gateway::testing {
namespace {

// Takes a varint in its shortest form from the front of `bytes`.
std::optional<uint64_t> TakeVarint(std::string_view& bytes) {
  uint64_t value = 0;
  for (size_t i = 0; i < bytes.size() && i < 10; ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    value |= uint64_t{byte & 0x7fU} << (7 * i);
    if (byte < 0x80) {
      if (bytes.substr(0, i + 1) != wire::Varint(value)) return std::nullopt;
      bytes.remove_prefix(i + 1);
      return value;
    }
  }
  return std::nullopt;
}

std::optional<std::string> TakeBytes(std::string_view& bytes) {
  const std::optional<uint64_t> size = TakeVarint(bytes);
  if (!size.has_value() || *size > bytes.size()) return std::nullopt;
  std::string value(bytes.substr(0, *size));
  bytes.remove_prefix(*size);
  return value;
}

std::string Quoted(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "\"";
}

bool SetOnce(std::optional<std::string>& field, std::string_view& bytes) {
  if (field.has_value()) return false;
  field = TakeBytes(bytes);
  return field.has_value();
}

}  // namespace

std::string Encode(const CancelRequest& request) {
  std::string bytes;
  if (request.execution_id) bytes += wire::BytesField(1, *request.execution_id);
  for (const std::string& recipient : request.recipients) bytes += wire::BytesField(2, recipient);
  if (request.idempotency_key) bytes += wire::BytesField(3, *request.idempotency_key);
  if (request.workflow_slug) bytes += wire::BytesField(4, *request.workflow_slug);
  if (request.validate_only) bytes += wire::VarintField(15, 1);
  return bytes;
}

std::optional<CancelRequest> DecodeStrictly(std::string_view bytes) {
  CancelRequest request;
  bool seen_validate_only = false;
  while (!bytes.empty()) {
    const std::optional<uint64_t> tag = TakeVarint(bytes);
    if (!tag.has_value()) return std::nullopt;
    bool good = false;
    if (*tag == (1 << 3 | 2)) {
      good = SetOnce(request.execution_id, bytes);
    } else if (*tag == (2 << 3 | 2)) {
      const std::optional<std::string> recipient = TakeBytes(bytes);
      good = recipient.has_value();
      if (good) request.recipients.push_back(*recipient);
    } else if (*tag == (3 << 3 | 2)) {
      good = SetOnce(request.idempotency_key, bytes);
    } else if (*tag == (4 << 3 | 2)) {
      good = SetOnce(request.workflow_slug, bytes);
    } else if (*tag == (15 << 3 | 0)) {
      const std::optional<uint64_t> value = TakeVarint(bytes);
      good = !seen_validate_only && value.has_value() && *value <= 1;
      seen_validate_only = true;
      if (good) request.validate_only = *value == 1;
    }
    if (!good) return std::nullopt;
  }
  return request;
}

std::string ExpectedJson(const CancelRequest& request) {
  std::string recipients;
  for (const std::string& recipient : request.recipients) {
    recipients += (recipients.empty() ? "" : ",") + Quoted(recipient);
  }
  std::string members;
  const auto add = [&members](const std::string& name, const std::string& value) {
    members += (members.empty() ? "" : ",") + Quoted(name) + ":" + value;
  };
  if (request.execution_id) add("execution_id", Quoted(*request.execution_id));
  if (!recipients.empty()) add("recipients", "[" + recipients + "]");
  if (request.idempotency_key) add("idempotency_key", Quoted(*request.idempotency_key));
  if (request.workflow_slug) add("workflow_slug", Quoted(*request.workflow_slug));
  return "{" + members + "}";
}

}  // namespace suprsend_gateway::testing
