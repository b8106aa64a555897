#include "service/telemetry/call_observer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/metrics_text.h"
#include "tests/unit/telemetry/pipe.h"

namespace suprsend_gateway::telemetry {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(CallObserverTest, ACallIsCountedAndLoggedOnce) {
  Pipe pipe;
  pipe.StartReading();
  Metrics metrics("1");
  RecentCalls recent;
  {
    LogWriter log(pipe.write_fd());
    CallObserver observer(metrics, recent, &log);
    observer.CallStarted();
    EXPECT_EQ(testing::Sample(metrics.Serialize(), "suprsend_gateway_in_flight"), 1);
    observer.CallEnded({.request_id = "the-one"});
  }
  EXPECT_EQ(testing::SampleSum(metrics.Serialize(), "suprsend_gateway_calls_total"), 1);
  EXPECT_EQ(testing::Sample(metrics.Serialize(), "suprsend_gateway_in_flight"), 0);
  EXPECT_EQ(recent.Summarize(absl::Now()).all.in_all.calls, 1u);
  EXPECT_THAT(pipe.Lines(), ElementsAre(HasSubstr("\"request_id\":\"the-one\"")));
}

TEST(CallObserverTest, ACallIsCountedWhereItIsNotLogged) {
  Metrics metrics("1");
  RecentCalls recent;
  CallObserver observer(metrics, recent, nullptr);
  observer.CallStarted();
  observer.CallEnded({});
  EXPECT_EQ(testing::SampleSum(metrics.Serialize(), "suprsend_gateway_calls_total"), 1);
}

}  // namespace
}  // namespace suprsend_gateway::telemetry
