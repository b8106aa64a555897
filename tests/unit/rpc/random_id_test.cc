#include "service/rpc/random_id.h"

#include <gtest/gtest.h>

#include <set>
#include <thread>

namespace suprsend_gateway::rpc {
namespace {

void ExpectDigits(const std::string& id, size_t digits) {
  EXPECT_EQ(id.size(), digits) << id;
  EXPECT_EQ(id.find_first_not_of("0123456789abcdef"), std::string::npos) << id;
}

TEST(RandomId, IsOfSoManyHexDigits) {
  for (int i = 0; i < 1000; ++i) {
    ExpectDigits(NewRequestId(), 32);
    ExpectDigits(NewTraceId(), 32);
    ExpectDigits(NewSpanId(), 16);
  }
}

TEST(RandomId, IsNewEachTimeOnEachThread) {
  constexpr int kEach = 5000;
  std::vector<std::string> made[4];
  {
    std::vector<std::jthread> threads;
    for (auto& ids : made) {
      threads.emplace_back([&ids] {
        for (int i = 0; i < kEach; ++i) ids.push_back(NewRequestId());
      });
    }
  }
  std::set<std::string> all;
  for (const auto& ids : made) all.insert(ids.begin(), ids.end());
  EXPECT_EQ(all.size(), 4u * kEach);
}

}  // namespace
}  // namespace suprsend_gateway::rpc
