#include "service/rpc/parse_request.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

#include <cstdint>
#include <limits>
#include <map>
#include <string>

namespace suprsend_gateway::rpc {
namespace {

using google::protobuf::internal::WireFormatLite;
using ::suprsend::gateway::v1::CancelWorkflowRequest;

// `bytes` is well-formed.
Violations FindRepeatedSingulars(std::string_view bytes) {
  Violations violations;
  google::protobuf::io::CodedInputStream input(reinterpret_cast<const uint8_t*>(bytes.data()),
                                               static_cast<int>(bytes.size()));
  const auto* descriptor = CancelWorkflowRequest::descriptor();
  std::map<int, int> times_seen;
  while (const uint32_t tag = input.ReadTag()) {
    const int number = WireFormatLite::GetTagFieldNumber(tag);
    const auto* field = descriptor->FindFieldByNumber(number);
    if (field != nullptr && !field->is_repeated() && ++times_seen[number] == 2) {
      violations.Add(workflow::FailureKind::kMalformedRequest, std::string(field->name()),
                     "stands more than once in the request");
    }
    if (!WireFormatLite::SkipField(&input, tag)) break;
  }
  return violations;
}

}  // namespace

std::optional<Violations> ParseRequest(std::string_view bytes, CancelWorkflowRequest& request) {
  const bool fits = bytes.size() <= static_cast<size_t>(std::numeric_limits<int>::max());
  if (!fits || !request.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return std::nullopt;
  }
  return FindRepeatedSingulars(bytes);
}

}  // namespace suprsend_gateway::rpc
