#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "service/policy/policy.h"

namespace suprsend_gateway::policy {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

const CallShape kOpen{.recipients = 1};
const CallShape kById{.has_execution_id = true};
const CallShape kByKey{.has_idempotency_key = true};
const CallShape kSlugAlone{.workflow_slug = "w"};
const CallShape kSlugAndRecipient{.workflow_slug = "w", .recipients = 1};
const CallShape kSlugAndId{.workflow_slug = "w", .has_execution_id = true};
const CallShape kSlugAndKey{.workflow_slug = "w", .has_idempotency_key = true};
const CallShape kAll[] = {kOpen,      kById,      kByKey, kSlugAlone, kSlugAndRecipient,
                          kSlugAndId, kSlugAndKey};

const CallerRules kOpenToAll{.allow_open_calls = true, .allow_slug_alone = true};

// "" where it is allowed.
std::string Said(const CallerRules& rules, const CallShape& call, const Policy& policy = {}) {
  return Refusal(policy, rules, call).value_or("");
}

TEST(RefusalTest, AllIsAllowedToWhoMayDoAll) {
  for (const CallShape& call : kAll) EXPECT_EQ(Said(kOpenToAll, call), "");
}

TEST(RefusalTest, WithoutARuleOnlyPinnedCallsAreAllowed) {
  for (const CallShape& call : {kById, kByKey, kSlugAndId, kSlugAndKey}) {
    EXPECT_EQ(Said({}, call), "");
  }
  for (const CallShape& call : {kOpen, kSlugAlone, kSlugAndRecipient}) {
    EXPECT_EQ(Said({}, call),
              "this caller must set an execution_id or idempotency_key (allow_open_calls)");
  }
}

TEST(RefusalTest, OpenCallsAreNotYetASlugAlone) {
  const CallerRules rules{.allow_open_calls = true};
  EXPECT_EQ(Said(rules, kOpen), "");
  EXPECT_EQ(Said(rules, kSlugAndRecipient), "");
  EXPECT_EQ(Said(rules, kSlugAndId), "");
  EXPECT_EQ(Said(rules, kSlugAndKey), "");
  EXPECT_EQ(Said(rules, kSlugAlone),
            "this caller must set another filter beside workflow_slug (allow_slug_alone)");
}

TEST(RefusalTest, ASlugAloneNeedsOpenCallsToo) {
  EXPECT_THAT(Said({.allow_slug_alone = true}, kSlugAlone), EndsWith("(allow_open_calls)"));
  EXPECT_EQ(Said({.allow_open_calls = true, .allow_slug_alone = true}, kSlugAlone), "");
}

TEST(RefusalTest, WhoMustNameASlugMust) {
  CallerRules rules = kOpenToAll;
  rules.must_name_slug = true;
  for (const CallShape& call : {kOpen, kById, kByKey}) {
    EXPECT_EQ(Said(rules, call), "this caller must name a workflow_slug (must_name_slug)");
  }
  for (const CallShape& call : {kSlugAlone, kSlugAndRecipient, kSlugAndId, kSlugAndKey}) {
    EXPECT_EQ(Said(rules, call), "");
  }
}

TEST(RefusalTest, OnlySlugsOfTheListMayBeNamed) {
  CallerRules rules = kOpenToAll;
  rules.workflow_slugs = {"v", "w"};
  for (const CallShape& call : kAll) EXPECT_EQ(Said(rules, call), "");
  for (const char* slug : {"W", "w ", "ww", "", "secret"}) {
    for (const bool is_pinned : {false, true}) {
      EXPECT_EQ(Said(rules, {.workflow_slug = slug, .has_execution_id = is_pinned}),
                "this caller may not name this workflow_slug (workflow_slugs)");
    }
  }
}

TEST(RefusalTest, AListDoesNotMakeASlugAMust) {
  EXPECT_EQ(Said({.workflow_slugs = {{"w"}}}, kById), "");
  EXPECT_THAT(Said({.workflow_slugs = {{"w"}}, .must_name_slug = true}, kById),
              EndsWith("(must_name_slug)"));
}

TEST(RefusalTest, RecipientsAreCounted) {
  CallerRules rules = kOpenToAll;
  rules.max_recipients = 100;
  EXPECT_EQ(Said(rules, {.recipients = 100}), "");
  EXPECT_EQ(Said(rules, {.recipients = 101}),
            "this caller may name at most 100 recipients in a call (max_recipients)");
  EXPECT_NE(Said(rules, {.recipients = 101, .has_execution_id = true}), "");
  rules.max_recipients = 0;
  EXPECT_EQ(Said(rules, kSlugAlone), "");
  EXPECT_NE(Said(rules, {.recipients = 1}), "");
}

TEST(RefusalTest, TheKillSwitchForOpenCallsGoesBeforeRules) {
  const Policy policy{.allow_open_calls = false};
  for (const CallShape& call : {kOpen, kSlugAlone, kSlugAndRecipient}) {
    EXPECT_THAT(Said(kOpenToAll, call, policy),
                AllOf(HasSubstr("stopped"), HasSubstr("of all callers (allow_open_calls)")));
  }
  for (const CallShape& call : {kById, kByKey, kSlugAndId, kSlugAndKey}) {
    EXPECT_EQ(Said(kOpenToAll, call, policy), "");
  }
}

TEST(RefusalTest, TheKillSwitchForAllCallsGoesBeforeAll) {
  for (const CallShape& call : kAll) {
    EXPECT_EQ(Said(kOpenToAll, call, {.allow_calls = false}),
              "the operators have stopped all calls (allow_calls)");
  }
}

TEST(RefusalTest, NeverSaysTheSlug) {
  const CallShape call{.workflow_slug = "secret-slug", .recipients = 2};
  const CallerRules open{.allow_open_calls = true, .max_recipients = 1};
  const CallerRules listed{.workflow_slugs = {{"other"}}};
  for (const CallerRules& rules : {CallerRules{}, open, listed}) {
    EXPECT_THAT(Said(rules, call), Not(HasSubstr("secret")));
    EXPECT_THAT(Said(rules, call), Not(HasSubstr("other")));
    EXPECT_NE(Said(rules, call), "");
  }
}

}  // namespace
}  // namespace suprsend_gateway::policy
