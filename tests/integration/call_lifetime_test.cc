// Calls whose callers leave at any moment, and a gateway that is stopped in their midst. The lane
// with ASan shows what is touched too late, or never given back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <map>
#include <mutex>
#include <random>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/call_record.h"
#include "tests/support/gateway.h"
#include "tests/support/gateway_client.h"
#include "tests/support/raw_upstream.h"

namespace suprsend_gateway::testing {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr int kThreads = 20;
constexpr int kCallsEach = 500;

// 2 ms, and a failure now and then, so that there are retries.
void Answer(const RawRequest& request, RawConnection& connection) {
  connection.Wait(milliseconds(2));
  const size_t fate = std::hash<std::string>()(request.body) % 16;
  if (fate == 0) return connection.Send(HttpResponse(503, ""));
  if (fate == 1) return connection.Send(HttpResponse(500, ""));
  if (fate == 2) return connection.Reset();
  connection.Send(HttpResponse(200, R"({"execution_ids":["dsl_1"]})"));
}

// How often each request id has a record.
std::map<std::string, int> CountRecords(const std::string& log) {
  std::map<std::string, int> records;
  std::istringstream lines(log);
  for (std::string line; std::getline(lines, line);) {
    if (const auto record = ParseCallRecord(line)) ++records[record->request_id];
  }
  return records;
}

TEST(CallLifetimeTest, EachCallHasOneReplyAndOneRecordWhoeverLeaves) {
  RawUpstream upstream(Answer);
  Gateway gateway(upstream.Url(), {"--max_attempts=3", "--drain_delay=200ms"});
  std::mutex mutex;
  std::set<std::string> answered;  // Request ids.
  std::atomic<int> ended = 0;
  {
    std::vector<std::jthread> callers;
    for (int t = 0; t < kThreads; ++t) {
      callers.emplace_back([&, t] {
        std::minstd_rand random(static_cast<unsigned>(t + 1));
        GatewayClient client(gateway.address());
        for (int i = 0; i < kCallsEach; ++i) {
          const std::string id = std::to_string(t * kCallsEach + i);
          const auto call = client.Start(i % 2 == 0 ? CancelRequest{.execution_id = id}
                                                    : CancelRequest{.recipients = {id}});
          if (i % 4 != 0) {  // The others stay for their answer.
            std::this_thread::sleep_for(microseconds(random() % 5000));
            call->Cancel();
          }
          const std::string request_id = call->Wait().Trailer("x-request-id");
          if (++ended == kThreads * kCallsEach / 2) gateway.process().Signal(SIGTERM);
          const std::lock_guard<std::mutex> lock(mutex);
          EXPECT_TRUE(request_id.empty() || answered.insert(request_id).second) << request_id;
        }
      });
    }
  }
  // With 0: nothing was in flight any more, and a sanitizer has found nothing.
  EXPECT_EQ(gateway.process().WaitForExit(kPatience), 0);
  EXPECT_EQ(ended, kThreads * kCallsEach);

  const std::map<std::string, int> records = CountRecords(gateway.process().Stderr());
  for (const auto& [id, count] : records) EXPECT_EQ(count, 1) << id;
  for (const std::string& id : answered) EXPECT_EQ(records.count(id), 1U) << id;
  std::printf("%zu answers, %zu records, %zu posts\n", answered.size(), records.size(),
              upstream.RequestCount());
  EXPECT_GT(answered.size(), 100U);
  EXPECT_GE(records.size(), static_cast<size_t>(kThreads * kCallsEach / 4));
}

}  // namespace
}  // namespace suprsend_gateway::testing
