#include "service/suprsend/encode.h"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <optional>
#include <string_view>

namespace suprsend_gateway::suprsend {
namespace {

using Writer = rapidjson::Writer<rapidjson::StringBuffer>;

// A character takes at most six bytes in JSON (\u0001).
constexpr size_t kMaxGrowth = 6;
// Names, quotes, brackets and commas of the four filters; a recipient takes three more.
constexpr size_t kEnvelopeBytes = 128;

void WriteString(Writer& writer, std::string_view text) {
  writer.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
}

void WriteFilter(Writer& writer, std::string_view name, const std::optional<std::string>& value) {
  if (!value) return;
  WriteString(writer, name);
  WriteString(writer, *value);
}

size_t UpperBound(const workflow::CancelFilter& filter) {
  size_t bytes = filter.execution_id.value_or("").size() +
                 filter.idempotency_key.value_or("").size() +
                 filter.workflow_slug.value_or("").size();
  for (const std::string& recipient : filter.recipients) bytes += recipient.size();
  return kEnvelopeBytes + kMaxGrowth * bytes + 3 * filter.recipients.size();
}

}  // namespace

std::string EncodeCancel(const workflow::CancelFilter& filter) {
  rapidjson::StringBuffer buffer;
  Writer writer(buffer);
  writer.StartObject();
  WriteFilter(writer, "execution_id", filter.execution_id);
  if (!filter.recipients.empty()) {
    WriteString(writer, "recipients");
    writer.StartArray();
    for (const std::string& recipient : filter.recipients) WriteString(writer, recipient);
    writer.EndArray();
  }
  WriteFilter(writer, "idempotency_key", filter.idempotency_key);
  WriteFilter(writer, "workflow_slug", filter.workflow_slug);
  writer.EndObject();
  return std::string(buffer.GetString(), buffer.GetSize());
}

bool FitsBody(const workflow::CancelFilter& filter) {
  return UpperBound(filter) <= kMaxBodyBytes || EncodeCancel(filter).size() <= kMaxBodyBytes;
}

}  // namespace suprsend_gateway::suprsend
