#include "service/rpc/commitments.h"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>

#include "tests/unit/workflow/scripted.h"

namespace suprsend_gateway::rpc {
namespace {

using std::chrono::seconds;

class CommitmentsTest : public ::testing::Test {
 protected:
  std::shared_ptr<Commitment> BeginFor(clock::Duration time) {
    return commitments_.Begin(clock_.Now() + time, [this] { ++gone_on_; });
  }
  // Looks as often as it is due in that time.
  void Pass(clock::Duration time) {
    const clock::TimePoint end = clock_.Now() + time;
    while (clock_.waiting() > 0 && clock_.Now() + clock_.next_delay() <= end) clock_.RunNext();
    clock_.Advance(end - clock_.Now());
  }

  workflow::FakeScheduler clock_;
  Commitments commitments_{clock_};
  int gone_on_ = 0;
};

TEST_F(CommitmentsTest, OneThatEndsGoesOnAtOnceAndOnce) {
  const auto commitment = BeginFor(seconds(1));
  commitment->End();
  EXPECT_EQ(gone_on_, 1);
  commitment->End();
  Pass(seconds(5));
  EXPECT_EQ(gone_on_, 1);
}

TEST_F(CommitmentsTest, OneThatDoesNotEndGoesOnAtItsLatest) {
  const auto soon = BeginFor(seconds(1));
  const auto later = BeginFor(seconds(3));
  Pass(std::chrono::milliseconds(999));
  EXPECT_EQ(gone_on_, 0);
  Pass(Commitments::kLookInterval);
  EXPECT_EQ(gone_on_, 1);
  EXPECT_TRUE(soon->has_ended());
  Pass(seconds(2));
  EXPECT_EQ(gone_on_, 2);
  soon->End();
  later->End();
  EXPECT_EQ(gone_on_, 2);
}

TEST_F(CommitmentsTest, AreLookedAtWhileThereAreAnyAndAgainWhenThereIsOne) {
  BeginFor(seconds(1))->End();
  EXPECT_EQ(clock_.waiting(), 1U);
  Pass(seconds(1));
  EXPECT_EQ(clock_.waiting(), 0U);
  const auto commitment = BeginFor(seconds(1));
  Pass(seconds(2));
  EXPECT_EQ(gone_on_, 2);
  EXPECT_EQ(clock_.waiting(), 0U);
}

// One that nobody holds belongs to a call that has gone.
TEST_F(CommitmentsTest, OneThatWasDroppedNeverGoesOn) {
  BeginFor(seconds(1)).reset();
  Pass(seconds(2));
  EXPECT_EQ(gone_on_, 0);
}

}  // namespace
}  // namespace suprsend_gateway::rpc
