#include "service/rpc/trace_context.h"

#include <grpcpp/grpcpp.h>

#include <iterator>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "service/rpc/random_id.h"

namespace suprsend_gateway::rpc {
namespace {

// version "-" trace-id "-" parent-id "-" flags, of 2, 32, 16 and 2 digits.
constexpr size_t kTraceIdAt = 3;
constexpr size_t kParentIdAt = 36;
constexpr size_t kFlagsAt = 53;
constexpr size_t kLength = 55;

constexpr uint8_t kSampled = 0x01;
constexpr uint8_t kRandomTraceId = 0x02;

bool IsHex(std::string_view text) {
  return text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

bool IsId(std::string_view text) {
  return IsHex(text) && text.find_first_not_of('0') != std::string_view::npos;
}

// A version that is not known yet may have more behind what version 00 has.
bool IsTraceparent(std::string_view text) {
  if (text.size() < kLength || text[kTraceIdAt - 1] != '-' || text[kParentIdAt - 1] != '-' ||
      text[kFlagsAt - 1] != '-') {
    return false;
  }
  const std::string_view version = text.substr(0, kTraceIdAt - 1);
  if (!IsHex(version) || version == "ff") return false;
  if (text.size() > kLength && (version == "00" || text[kLength] != '-')) return false;
  return IsId(text.substr(kTraceIdAt, 32)) && IsId(text.substr(kParentIdAt, 16)) &&
         IsHex(text.substr(kFlagsAt, 2));
}

}  // namespace

TraceContext ContinueTrace(std::string_view traceparent) {
  if (!IsTraceparent(traceparent))
    return {.trace_id = NewTraceId(), .span_id = NewSpanId(), .flags = kRandomTraceId};
  unsigned flags = 0;
  (void)absl::SimpleHexAtoi(absl::string_view(traceparent.data() + kFlagsAt, 2), &flags);
  return {.trace_id = std::string(traceparent.substr(kTraceIdAt, 32)),
          .span_id = NewSpanId(),
          .flags = static_cast<uint8_t>(flags & (kSampled | kRandomTraceId))};
}

TraceContext ContinueTraceOf(const grpc::CallbackServerContext& context) {
  const auto [begin, end] = context.client_metadata().equal_range("traceparent");
  if (begin == end || std::next(begin) != end) return ContinueTrace("");
  return ContinueTrace({begin->second.data(), begin->second.size()});
}

std::string ToTraceparent(const TraceContext& trace) {
  return absl::StrCat("00-", trace.trace_id, "-", trace.span_id, "-",
                      absl::Hex(trace.flags, absl::kZeroPad2));
}

}  // namespace suprsend_gateway::rpc
