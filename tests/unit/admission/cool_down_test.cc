#include "service/admission/cool_down.h"

#include <gtest/gtest.h>

namespace suprsend_gateway::admission {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const clock::TimePoint kNow{seconds(1000)};

TEST(CoolDownTest, IsNoneAtFirst) {
  const CoolDown cool_down;
  EXPECT_EQ(cool_down.Remaining(kNow), clock::Duration::zero());
  EXPECT_EQ(cool_down.Remaining(clock::TimePoint{}), clock::Duration::zero());
}

TEST(CoolDownTest, LastsAsLongAsUpstreamAsked) {
  CoolDown cool_down;
  cool_down.Begin(kNow, seconds(7));
  EXPECT_EQ(cool_down.Remaining(kNow), seconds(7));
  EXPECT_EQ(cool_down.Remaining(kNow + seconds(6)), seconds(1));
  EXPECT_EQ(cool_down.Remaining(kNow + seconds(7)), clock::Duration::zero());
  EXPECT_EQ(cool_down.Remaining(kNow + seconds(8)), clock::Duration::zero());
}

TEST(CoolDownTest, IsNeverMadeShorter) {
  CoolDown cool_down;
  cool_down.Begin(kNow, seconds(7));
  cool_down.Begin(kNow + seconds(1), milliseconds(10));
  EXPECT_EQ(cool_down.Remaining(kNow + seconds(1)), seconds(6));
  cool_down.Begin(kNow + seconds(1), seconds(9));
  EXPECT_EQ(cool_down.Remaining(kNow + seconds(1)), seconds(9));
}

TEST(CoolDownTest, IsOneMinuteAtMost) {
  CoolDown cool_down;
  cool_down.Begin(kNow, seconds(60));
  EXPECT_EQ(cool_down.Remaining(kNow), seconds(60));
  cool_down.Begin(kNow, seconds(61));
  EXPECT_EQ(cool_down.Remaining(kNow), seconds(60));
  cool_down.Begin(kNow, clock::Duration::max());
  EXPECT_EQ(cool_down.Remaining(kNow), seconds(60));
}

}  // namespace
}  // namespace suprsend_gateway::admission
