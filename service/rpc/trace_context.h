#ifndef SERVICE_RPC_TRACE_CONTEXT_H_
#define SERVICE_RPC_TRACE_CONTEXT_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace grpc {
class CallbackServerContext;
}

namespace suprsend_gateway::rpc {

// Where a call stands in a trace (W3C Trace Context). The gateway makes one span of a call, with
// all of its attempts; it only tells of it, in its logs and upstream.
struct TraceContext {
  std::string trace_id;  // 32 lower-case hex digits, not all zero.
  std::string span_id;   // 16, of the call's own span.
  uint8_t flags = 0;     // As the caller set them, of those that Level 2 of the standard knows.
};

// The trace that `traceparent` tells of, with a new span in it. Where it is not one as the standard
// has it: a new trace, of a random id and not sampled.
TraceContext ContinueTrace(std::string_view traceparent);

// By the call's metadata; a traceparent that stands twice is none. The caller's `baggage` and
// `tracestate` are not looked at: they are its own words, and SuprSend is not to read them.
TraceContext ContinueTraceOf(const grpc::CallbackServerContext& context);

// The value of the header that tells upstream of it.
std::string ToTraceparent(const TraceContext& trace);

}  // namespace suprsend_gateway::rpc

#endif  // SERVICE_RPC_TRACE_CONTEXT_H_
