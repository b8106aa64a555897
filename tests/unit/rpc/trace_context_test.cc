#include "service/rpc/trace_context.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <string_view>

namespace suprsend_gateway::rpc {
namespace {

constexpr std::string_view kTraceId = "0af7651916cd43dd8448eb211c80319c";
constexpr std::string_view kParentId = "b7ad6b7169203331";

std::string Traceparent(std::string_view version, std::string_view trace_id,
                        std::string_view parent_id, std::string_view flags) {
  return std::string(version) + "-" + std::string(trace_id) + "-" + std::string(parent_id) + "-" +
         std::string(flags);
}

TEST(TraceContext, GoesOnWithTheCallersTraceInASpanOfItsOwn) {
  const TraceContext trace = ContinueTrace(Traceparent("00", kTraceId, kParentId, "01"));
  EXPECT_EQ(trace.trace_id, kTraceId);
  EXPECT_EQ(trace.span_id.size(), 16u);
  EXPECT_NE(trace.span_id, kParentId);
  EXPECT_EQ(ToTraceparent(trace), Traceparent("00", kTraceId, trace.span_id, "01"));
}

TEST(TraceContext, KeepsTheFlagsThatTheStandardKnows) {
  for (const auto& [given, kept] : {std::pair{"00", "00"},
                                    {"01", "01"},
                                    {"02", "02"},
                                    {"03", "03"},
                                    {"fc", "00"},
                                    {"ff", "03"}}) {
    const TraceContext trace = ContinueTrace(Traceparent("00", kTraceId, kParentId, given));
    EXPECT_EQ(trace.trace_id, kTraceId) << given;
    EXPECT_EQ(ToTraceparent(trace).substr(53), kept) << given;
  }
}

TEST(TraceContext, ReadsWhatItKnowsOfALaterVersionAndSpeaksItsOwn) {
  for (const char* more : {"", "-", "-what-comes-then"}) {
    const TraceContext trace = ContinueTrace(Traceparent("cc", kTraceId, kParentId, "01") + more);
    EXPECT_EQ(trace.trace_id, kTraceId) << more;
    EXPECT_EQ(ToTraceparent(trace).substr(0, 3), "00-") << more;
  }
}

TEST(TraceContext, BeginsANewTraceWhereThereIsNone) {
  std::set<std::string> ids;
  for (int i = 0; i < 100; ++i) {
    const TraceContext trace = ContinueTrace("");
    EXPECT_EQ(trace.trace_id.size(), 32u);
    EXPECT_EQ(trace.span_id.size(), 16u);
    EXPECT_EQ(trace.flags, 2) << "random, and not sampled";
    ids.insert(trace.trace_id);
    ids.insert(trace.span_id);
  }
  EXPECT_EQ(ids.size(), 200u);
}

class BrokenTraceparent : public testing::TestWithParam<std::string> {};

TEST_P(BrokenTraceparent, BeginsANewTrace) {
  const TraceContext trace = ContinueTrace(GetParam());
  EXPECT_EQ(trace.trace_id.find_first_not_of("0123456789abcdef"), std::string::npos);
  EXPECT_EQ(trace.trace_id.size(), 32u);
  EXPECT_NE(trace.trace_id, kTraceId);
  EXPECT_EQ(trace.flags, 2) << "random, and not sampled";
}

INSTANTIATE_TEST_SUITE_P(
    All, BrokenTraceparent,
    testing::Values(
        "x", "00", std::string(kTraceId), Traceparent("ff", kTraceId, kParentId, "01"),
        Traceparent("0X", kTraceId, kParentId, "01"), Traceparent("CC", kTraceId, kParentId, "01"),
        Traceparent("00", "0AF7651916CD43DD8448EB211C80319C", kParentId, "01"),
        Traceparent("00", "0af7651916cd43dd8448eb211c80319g", kParentId, "01"),
        Traceparent("00", std::string(32, '0'), kParentId, "01"),
        Traceparent("00", kTraceId, std::string(16, '0'), "01"),
        Traceparent("00", kTraceId, "b7ad6b716920333G", "01"),
        Traceparent("00", kTraceId, kParentId, "0"), Traceparent("00", kTraceId, kParentId, "0x"),
        Traceparent("00", kTraceId, kParentId, "01-more"),
        Traceparent("00", kTraceId, kParentId, "01-"),
        Traceparent("cc", kTraceId, kParentId, "01more"),
        "00_" + Traceparent("00", kTraceId, kParentId, "01").substr(3),
        " " + Traceparent("00", kTraceId, kParentId, "01"),
        Traceparent("00", kTraceId, kParentId, "01") + " ",
        Traceparent("00", kTraceId, kParentId, "01") + '\0', std::string(100'000, '0')));

}  // namespace
}  // namespace suprsend_gateway::rpc
