#include "service/admission/memory_guard.h"

#include <gtest/gtest.h>

#include <string>

namespace suprsend_gateway::admission {
namespace {

using State = base::MemoryState;

constexpr int64_t kMiB = int64_t{1} << 20;

class MemoryGuardTest : public ::testing::Test {
 protected:
  State LookAt(int64_t mebibytes) {
    resident_ = mebibytes * kMiB;
    return guard_.Look();
  }

  int64_t resident_ = 0;
  MemoryGuard guard_{100 * kMiB, [this] { return resident_; }};
};

TEST_F(MemoryGuardTest, IsShortAboveItsLimitAndNearAboveHalfOfIt) {
  EXPECT_EQ(LookAt(10), State::kEnough);
  EXPECT_EQ(LookAt(50), State::kEnough);
  EXPECT_EQ(LookAt(51), State::kNear);
  EXPECT_EQ(LookAt(100), State::kNear);
  EXPECT_EQ(LookAt(101), State::kShort);
  EXPECT_EQ(guard_.resident_bytes(), 101 * kMiB);
  EXPECT_EQ(LookAt(100), State::kNear);
}

TEST_F(MemoryGuardTest, GrowsByStepsSinceItBecameShortHoweverSlowly) {
  EXPECT_EQ(LookAt(90), State::kNear);
  EXPECT_EQ(LookAt(200), State::kShort) << "it was enough before";
  EXPECT_EQ(LookAt(202), State::kShort);
  EXPECT_EQ(LookAt(203), State::kShort);
  EXPECT_EQ(LookAt(204), State::kShortAndGrows);
  EXPECT_EQ(LookAt(204), State::kShort);
  EXPECT_EQ(LookAt(207), State::kShort);
  EXPECT_EQ(LookAt(208), State::kShortAndGrows);
  EXPECT_EQ(LookAt(150), State::kShort);
  EXPECT_EQ(LookAt(154), State::kShortAndGrows) << "since the least";
  EXPECT_EQ(LookAt(50), State::kEnough);
  EXPECT_EQ(LookAt(207), State::kShort);
}

TEST(ProcessMemoryTest, IsWhatTheProcessHas) {
  const MemoryGuard::ResidentBytes resident_bytes = ProcessMemory();
  const int64_t before = resident_bytes();
  EXPECT_GT(before, kMiB);
  const std::string much(64 * kMiB, 'x');
  EXPECT_GT(resident_bytes(), before + 32 * kMiB) << much.size();
}

}  // namespace
}  // namespace suprsend_gateway::admission
