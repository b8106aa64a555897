#include "service/rpc/reply.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace suprsend_gateway::rpc {
namespace {

using ::suprsend::gateway::v1::CancelWorkflowResponse;

constexpr size_t kLimit = size_t{3} * 1024 * 1024;

// An id that takes this many bytes in the reply: one of tag, two to four of length, then the id.
std::string IdOf(size_t encoded) {
  const size_t length = encoded < 130 ? 1 : encoded < 16'387 ? 2 : encoded < 2'097'156 ? 3 : 4;
  return std::string(encoded - 1 - length, 'x');
}

// Without the other fields of the reply.
size_t EncodedIds(const CancelWorkflowResponse& reply) {
  CancelWorkflowResponse ids;
  *ids.mutable_execution_ids() = reply.execution_ids();
  return ids.ByteSizeLong();
}

TEST(Reply, HoldsTheIdsAndTheirCount) {
  const auto reply = MakeReply({.execution_ids = {"b", "a", "b"}});
  EXPECT_THAT(reply.execution_ids(), testing::ElementsAre("b", "a", "b"));
  EXPECT_EQ(reply.cancelled_count(), 3);
  EXPECT_FALSE(reply.execution_ids_may_be_incomplete());
}

TEST(Reply, IsEmptyWhereNoRunMatched) {
  const auto reply = MakeReply({});
  EXPECT_EQ(reply.execution_ids_size(), 0);
  EXPECT_EQ(reply.cancelled_count(), 0);
  EXPECT_FALSE(reply.execution_ids_may_be_incomplete());
  EXPECT_EQ(reply.ByteSizeLong(), 0u);
}

TEST(ReplyLimit, IsMetExactlyAndNotOnePast) {
  for (const size_t each : {size_t{40}, size_t{200}, size_t{20'000}}) {
    workflow::CancelResult at;
    size_t bytes = 0;
    while (bytes + 2 * each <= kLimit) {
      at.execution_ids.push_back(IdOf(each));
      bytes += each;
    }
    at.execution_ids.push_back(IdOf(kLimit - bytes));
    workflow::CancelResult past = at;
    const size_t ids = at.execution_ids.size();

    const auto whole = MakeReply(std::move(at));
    EXPECT_EQ(EncodedIds(whole), kLimit);
    EXPECT_EQ(whole.cancelled_count(), static_cast<int64_t>(ids));
    EXPECT_EQ(whole.execution_ids_size(), static_cast<int>(ids));
    EXPECT_FALSE(whole.execution_ids_may_be_incomplete());

    past.execution_ids.back().push_back('x');
    const auto cut = MakeReply(std::move(past));
    EXPECT_EQ(cut.execution_ids_size(), static_cast<int>(ids) - 1);
    EXPECT_EQ(cut.cancelled_count(), static_cast<int64_t>(ids));
    EXPECT_TRUE(cut.execution_ids_may_be_incomplete());
    EXPECT_LE(EncodedIds(cut), kLimit);
  }
}

TEST(ReplyLimit, IsMetByOneIdAndNotOnePast) {
  const auto at = MakeReply({.execution_ids = {IdOf(kLimit)}});
  EXPECT_EQ(EncodedIds(at), kLimit);
  EXPECT_EQ(at.execution_ids_size(), 1);
  EXPECT_FALSE(at.execution_ids_may_be_incomplete());

  const auto past = MakeReply({.execution_ids = {IdOf(kLimit + 1)}});
  EXPECT_EQ(past.execution_ids_size(), 0);
  EXPECT_EQ(past.cancelled_count(), 1);
  EXPECT_TRUE(past.execution_ids_may_be_incomplete());
}

// What is told is a beginning of the list, without holes.
TEST(ReplyLimit, StopsAtTheFirstIdThatDoesNotFit) {
  const auto reply = MakeReply({.execution_ids = {"a", IdOf(kLimit), "b"}});
  EXPECT_THAT(reply.execution_ids(), testing::ElementsAre("a"));
  EXPECT_EQ(reply.cancelled_count(), 3);
  EXPECT_TRUE(reply.execution_ids_may_be_incomplete());
}

// 8 MiB of reply, of the shortest ids: two bytes each here, four there.
TEST(ReplyLimit, HoldsForManyTinyIds) {
  const auto reply = MakeReply({.execution_ids = std::vector<std::string>(2'000'000, "")});
  EXPECT_EQ(reply.execution_ids_size(), static_cast<int>(kLimit / 2));
  EXPECT_EQ(reply.cancelled_count(), 2'000'000);
  EXPECT_TRUE(reply.execution_ids_may_be_incomplete());
  EXPECT_LT(reply.ByteSizeLong(), size_t{4} << 20);
}

}  // namespace
}  // namespace suprsend_gateway::rpc
