#include "tests/emulator/run_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <utility>

namespace suprsend_gateway::emulator {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

Recipient User(const std::string& id) { return {.json = '"' + id + '"', .identifiers = {id}}; }

SeedRun Seed(const std::string& id, const std::string& slug, const std::string& user,
             std::optional<std::string> key = std::nullopt) {
  return {.workflow_slug = slug,
          .recipient = User(user),
          .idempotency_key = std::move(key),
          .execution_id = id};
}

class RunStoreTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(runs_.Add(Seed("r1", "order", "ann", "k1")).ok());
    ASSERT_TRUE(runs_.Add(Seed("r2", "order", "bob", "k1")).ok());
    ASSERT_TRUE(runs_.Add(Seed("r3", "order", "ann")).ok());
    ASSERT_TRUE(runs_.Add(Seed("r4", "invoice", "ann", "k2")).ok());
  }

  RunStore runs_;
};

using Names = std::vector<std::string>;

TEST_F(RunStoreTest, EachFilterAlone) {
  EXPECT_THAT(runs_.Cancel({.execution_id = "r3"}), ElementsAre("r3"));
  EXPECT_THAT(runs_.Cancel({.idempotency_key = "k1"}), ElementsAre("r1", "r2"));
  EXPECT_THAT(runs_.Cancel({.workflow_slug = "invoice"}), ElementsAre("r4"));
}

TEST_F(RunStoreTest, ARecipientIsOneOfTheList) {
  EXPECT_THAT(runs_.Cancel({.recipients = Names{"nobody", "bob"}}), ElementsAre("r2"));
  EXPECT_THAT(runs_.Cancel({.recipients = Names{"ann", "ann"}}), ElementsAre("r1", "r3", "r4"));
}

TEST_F(RunStoreTest, FiltersAreAnded) {
  const Names ann{"ann"};
  EXPECT_THAT(runs_.Cancel({.execution_id = "r1", .idempotency_key = "k2"}), IsEmpty());
  EXPECT_THAT(runs_.Cancel({.execution_id = "r2", .recipients = ann}), IsEmpty());
  EXPECT_THAT(runs_.Cancel({.idempotency_key = "k2", .workflow_slug = "order"}), IsEmpty());
  EXPECT_THAT(runs_.Cancel({.recipients = ann, .idempotency_key = "k1", .workflow_slug = "order"}),
              ElementsAre("r1"));
  EXPECT_THAT(runs_.Cancel({.recipients = ann, .workflow_slug = "order"}), ElementsAre("r3"));
}

TEST_F(RunStoreTest, AFilterIsComparedWhole) {
  EXPECT_THAT(runs_.Cancel({.execution_id = "r"}), IsEmpty());
  EXPECT_THAT(runs_.Cancel({.recipients = Names{"Ann", "ann ", "an"}}), IsEmpty());
  EXPECT_THAT(runs_.Cancel({.idempotency_key = "K1"}), IsEmpty());
  EXPECT_THAT(runs_.Cancel({.workflow_slug = "orders"}), IsEmpty());
}

TEST_F(RunStoreTest, CancelledRunIsNotCancelledAgainButCountsWhoMatchedIt) {
  EXPECT_THAT(runs_.Cancel({.execution_id = "r1"}), ElementsAre("r1"));
  EXPECT_THAT(runs_.Cancel({.idempotency_key = "k1"}), ElementsAre("r2"));

  const RunStore::Snapshot all = runs_.All();
  EXPECT_EQ(all.cancels_applied, 2);
  EXPECT_EQ(all.runs[0].times_cancelled, 1);
  EXPECT_EQ(all.runs[0].times_matched, 2);
  EXPECT_EQ(all.runs[1].times_matched, 1);
  EXPECT_EQ(all.runs[2].times_cancelled, 0);
  EXPECT_EQ(all.runs[2].times_matched, 0);
}

TEST_F(RunStoreTest, SeedWithATakenExecutionIdIsRefused) {
  EXPECT_EQ(runs_.Add(Seed("r1", "order", "cy")).code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(runs_.All().runs.size(), 4u);
}

TEST_F(RunStoreTest, ClearForgetsRunsAndKeys) {
  runs_.Clear();
  EXPECT_THAT(runs_.All().runs, IsEmpty());
  EXPECT_THAT(runs_.Cancel({.execution_id = "r1"}), IsEmpty());
  EXPECT_EQ(runs_.Add(Trigger{"order", "k1", {User("ann")}}).runs_created, 1);
}

TEST(RunStoreTriggerTest, OneRunARecipientWithOneMessageId) {
  RunStore runs;
  const auto triggered = runs.Add(Trigger{"order", std::nullopt, {User("ann"), User("bob")}});
  const auto all = runs.All().runs;
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(triggered.runs_created, 2);
  EXPECT_EQ(all[0].message_id, triggered.message_id);
  EXPECT_EQ(all[1].message_id, triggered.message_id);
  EXPECT_THAT(all[0].execution_id, StartsWith("exec_"));
  EXPECT_NE(all[0].execution_id, all[1].execution_id);
}

TEST(RunStoreTriggerTest, RepeatedIdempotencyKeyCreatesNothing) {
  RunStore runs;
  const auto first = runs.Add(Trigger{"order", "key", {User("ann")}});
  const auto second = runs.Add(Trigger{"invoice", "key", {User("bob"), User("cy")}});
  EXPECT_EQ(second.message_id, first.message_id);
  EXPECT_EQ(second.runs_created, 0);
  EXPECT_EQ(runs.All().runs.size(), 1u);
  EXPECT_EQ(runs.All().triggers_ignored, 1);
}

TEST(RunStoreTriggerTest, WithoutAKeyEachTriggerCounts) {
  RunStore runs;
  runs.Add(Trigger{"order", std::nullopt, {User("ann")}});
  runs.Add(Trigger{"order", std::nullopt, {User("ann")}});
  EXPECT_EQ(runs.All().runs.size(), 2u);
}

TEST(RunStoreThreadsTest, OfManyCancelsAtOnceOneGetsTheRun) {
  RunStore runs;
  ASSERT_TRUE(runs.Add(Seed("r1", "order", "ann")).ok());
  std::atomic<int> cancelled{0};
  std::vector<std::thread> threads;
  threads.reserve(8);
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back(
        [&] { cancelled += static_cast<int>(runs.Cancel({.execution_id = "r1"}).size()); });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(cancelled, 1);
  EXPECT_EQ(runs.All().runs[0].times_matched, 8);
}

}  // namespace
}  // namespace suprsend_gateway::emulator
