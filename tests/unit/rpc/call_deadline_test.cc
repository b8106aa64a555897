#include "service/rpc/call_deadline.h"

#include <gtest/gtest.h>

#include <ostream>

namespace suprsend_gateway::rpc {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

const clock::TimePoint kNow{seconds(1000)};
constexpr DeadlineLimits kDefaults{};

constexpr gpr_timespec Monotonic(int64_t whole, int nanoseconds = 0) {
  return {.tv_sec = whole, .tv_nsec = nanoseconds, .clock_type = GPR_CLOCK_MONOTONIC};
}

TEST(RemainingTime, IsUntilTheDeadline) {
  EXPECT_EQ(RemainingTime(Monotonic(102, 1), Monotonic(100, 2)),
            seconds(2) - std::chrono::nanoseconds(1));
  EXPECT_EQ(RemainingTime(Monotonic(100), Monotonic(100)), seconds(0));
  EXPECT_EQ(RemainingTime(Monotonic(99), Monotonic(100)), seconds(0));
  EXPECT_EQ(RemainingTime(gpr_inf_past(GPR_CLOCK_MONOTONIC), Monotonic(100)), seconds(0));
  EXPECT_EQ(RemainingTime(gpr_inf_future(GPR_CLOCK_MONOTONIC), Monotonic(100)), std::nullopt);
}

// grpc-timeout has up to eight digits, and hours for its largest unit.
TEST(RemainingTime, OfCenturiesIsLong) {
  constexpr int64_t kDay = int64_t{24} * 3600;
  EXPECT_EQ(RemainingTime(Monotonic(100 + kDay - 1), Monotonic(100)), seconds(kDay - 1));
  for (const int64_t remaining : {kDay, int64_t{5'000'000} * 3600, int64_t{99'999'999} * 3600}) {
    EXPECT_EQ(RemainingTime(Monotonic(100 + remaining), Monotonic(100)), kMaxRemaining);
  }
}

// The margin is max(20 ms, 5 %), the ceiling 30 s; all from now.
struct Row {
  const char* name;
  std::optional<clock::Duration> remaining;
  clock::Duration answer_in;
};

void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }

class Deadline : public testing::TestWithParam<Row> {};

TEST_P(Deadline, IsBoundAsTheDesignHasIt) {
  const CallDeadline deadline = BoundDeadline(kNow, GetParam().remaining, kDefaults);
  EXPECT_EQ(deadline.answer_by - kNow, GetParam().answer_in);
  EXPECT_EQ(deadline.answer_by - deadline.send_by, milliseconds(50));
}

INSTANTIATE_TEST_SUITE_P(
    Design, Deadline,
    testing::Values(Row{"none", std::nullopt, seconds(10)},
                    Row{"margin_of_20_ms_last", milliseconds(400), milliseconds(380)},
                    Row{"margin_of_5_percent_first", milliseconds(420), milliseconds(399)},
                    Row{"one_second", seconds(1), milliseconds(950)},
                    Row{"ten_seconds", seconds(10), milliseconds(9500)},
                    Row{"thirty_seconds", seconds(30), milliseconds(28'500)},
                    Row{"under_the_ceiling", microseconds(31'578'940), microseconds(29'999'993)},
                    Row{"at_the_ceiling", milliseconds(31'600), seconds(30)},
                    Row{"an_hour", std::chrono::hours(1), seconds(30)},
                    Row{"a_day", std::chrono::hours(24), seconds(30)},
                    Row{"just_enough", milliseconds(70), milliseconds(50)},
                    Row{"just_too_little", milliseconds(70) - microseconds(1),
                        milliseconds(50) - microseconds(1)},
                    Row{"only_the_margin", milliseconds(20), milliseconds(0)},
                    Row{"nothing", milliseconds(0), milliseconds(-20)},
                    Row{"passed", seconds(-5), milliseconds(-5020)},
                    Row{"long_passed", std::chrono::hours(-24 * 365),
                        std::chrono::hours(-24 * 365) - milliseconds(20)}),
    [](const auto& row) { return std::string(row.param.name); });

// Nothing is sent when under 50 ms are left after the margin.
TEST(DeadlineToSend, IsInThePastWhereTooLittleTimeIsLeft) {
  EXPECT_LT(BoundDeadline(kNow, milliseconds(70) - clock::Duration(1), kDefaults).send_by, kNow);
  EXPECT_EQ(BoundDeadline(kNow, milliseconds(70), kDefaults).send_by, kNow);
  EXPECT_GT(BoundDeadline(kNow, milliseconds(70) + clock::Duration(1), kDefaults).send_by, kNow);
}

TEST(DeadlineLimitsTest, AreThoseThatAreGiven) {
  const DeadlineLimits limits{.default_deadline = seconds(3), .max_deadline = seconds(7)};
  EXPECT_EQ(BoundDeadline(kNow, std::nullopt, limits).answer_by, kNow + seconds(3));
  EXPECT_EQ(BoundDeadline(kNow, seconds(60), limits).answer_by, kNow + seconds(7));
  EXPECT_EQ(BoundDeadline(kNow, seconds(5), limits).answer_by, kNow + milliseconds(4750));
}

TEST(DeadlineLimitsTest, CeilingHoldsForTheDefaultToo) {
  const DeadlineLimits limits{.default_deadline = seconds(60), .max_deadline = seconds(7)};
  EXPECT_EQ(BoundDeadline(kNow, std::nullopt, limits).answer_by, kNow + seconds(7));
}

TEST(RepeatBy, IsTheCallersDeadlineAndNotOurs) {
  const DeadlineLimits limits{.default_deadline = seconds(10), .max_deadline = seconds(7)};
  EXPECT_EQ(BoundDeadline(kNow, seconds(100), limits).repeat_by,
            kNow + seconds(95) - milliseconds(50));
  EXPECT_EQ(BoundDeadline(kNow, std::nullopt, limits).repeat_by, clock::TimePoint::max());
}

}  // namespace
}  // namespace suprsend_gateway::rpc
