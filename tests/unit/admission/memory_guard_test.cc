#include "service/admission/memory_guard.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace suprsend_gateway::admission {
namespace {

using std::chrono::milliseconds;
using State = base::MemoryState;

constexpr int64_t kMiB = int64_t{1} << 20;

class MemoryGuardTest : public ::testing::Test {
 protected:
  State LookAt(int64_t mebibytes) {
    resident_ = mebibytes * kMiB;
    return guard_.Look(now_ += milliseconds(100));
  }

  int64_t resident_ = 0;
  int64_t free_ = 0;  // Of that, what can be given back.
  int given_back_ = 0;
  clock::TimePoint now_{};
  MemoryGuard guard_{100 * kMiB,
                     {.resident_bytes = [this] { return resident_; },
                      .give_back =
                          [this] {
                            ++given_back_;
                            resident_ -= free_;
                          }}};
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

TEST_F(MemoryGuardTest, GivesBackWhatIsFreeBeforeItJudges) {
  free_ = 80 * kMiB;
  EXPECT_EQ(LookAt(50), State::kEnough);
  EXPECT_EQ(given_back_, 0) << "half of the limit is no reason";
  EXPECT_EQ(LookAt(150), State::kNear);
  EXPECT_EQ(given_back_, 1);
  EXPECT_EQ(guard_.resident_bytes(), 70 * kMiB);
}

TEST_F(MemoryGuardTest, GivesBackOnceASecondAtMost) {
  for (int i = 0; i < 30; ++i) LookAt(150);
  EXPECT_EQ(given_back_, 3);
}

TEST(ProcessMemoryTest, IsWhatTheProcessHas) {
  const MemoryGuard::Memory memory = ProcessMemory();
  const int64_t before = memory.resident_bytes();
  EXPECT_GT(before, kMiB);
  const std::string much(64 * kMiB, 'x');
  EXPECT_GT(memory.resident_bytes(), before + 32 * kMiB) << much.size();
  memory.give_back();
}

}  // namespace
}  // namespace suprsend_gateway::admission
