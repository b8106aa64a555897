#include <gtest/gtest.h>

#include "service/policy/policy.h"

namespace suprsend_gateway::policy {
namespace {

const Policy kPolicy{.callers = {{"spiffe://prod/a", {.must_name_slug = true}},
                                 {"spiffe://prod/b", {}},
                                 {"a.internal", {.allow_open_calls = true}},
                                 {"b.internal", {}}}};

CallerMatch Find(std::vector<std::string> uris, std::vector<std::string> dns) {
  return FindCaller(kPolicy, {.uris = std::move(uris), .dns = std::move(dns)});
}

void ExpectOne(const CallerMatch& match, const std::string& name) {
  ASSERT_EQ(match.kind, CallerMatch::kOne);
  EXPECT_EQ(*match.name, name);
  EXPECT_EQ(match.rules, &kPolicy.callers.at(name));
}

void ExpectNone(const CallerMatch& match) {
  EXPECT_EQ(match.kind, CallerMatch::kNone);
  EXPECT_EQ(match.name, nullptr);
  EXPECT_EQ(match.rules, nullptr);
}

void ExpectSeveral(const CallerMatch& match, const std::string& first) {
  ASSERT_EQ(match.kind, CallerMatch::kSeveral);
  EXPECT_EQ(*match.name, first);
  EXPECT_EQ(match.rules, nullptr);
}

TEST(FindCallerTest, TakesTheEntryOfTheUri) {
  ExpectOne(Find({"spiffe://prod/a"}, {}), "spiffe://prod/a");
  ExpectOne(Find({"spiffe://prod/other", "spiffe://prod/b"}, {}), "spiffe://prod/b");
}

TEST(FindCallerTest, TakesTheEntryOfTheDnsNameWhereThereIsNoUri) {
  ExpectOne(Find({}, {"a.internal"}), "a.internal");
  ExpectOne(Find({}, {"localhost", "b.internal"}), "b.internal");
}

TEST(FindCallerTest, DoesNotLookAtDnsNamesBesideAUri) {
  ExpectOne(Find({"spiffe://prod/a"}, {"b.internal"}), "spiffe://prod/a");
  ExpectNone(Find({"spiffe://prod/other"}, {"a.internal"}));
  ExpectNone(Find({""}, {"a.internal"}));
}

TEST(FindCallerTest, SeveralEntriesGiveNoRulesAndTheFirstName) {
  ExpectSeveral(Find({"spiffe://prod/b", "spiffe://prod/a"}, {}), "spiffe://prod/b");
  ExpectSeveral(Find({}, {"localhost", "a.internal", "b.internal"}), "a.internal");
  ExpectSeveral(Find({"spiffe://prod/a", "spiffe://prod/b", "spiffe://prod/a"}, {}),
                "spiffe://prod/a");
}

TEST(FindCallerTest, ANameThatTheCertificateSaysTwiceIsOne) {
  ExpectOne(Find({"spiffe://prod/a", "spiffe://prod/a"}, {}), "spiffe://prod/a");
}

TEST(FindCallerTest, ComparesByteForByte) {
  for (const std::string name :
       {"spiffe://prod/A", "spiffe://prod/a/", "spiffe://prod/", "spiffe://prod/a ", " a.internal",
        "A.internal", "a.internal.", "*.internal", "x.a.internal", ""}) {
    ExpectNone(Find({name}, {}));
    ExpectNone(Find({}, {name}));
  }
  ExpectNone(Find({std::string("spiffe://prod/a\0", 16)}, {}));
}

TEST(FindCallerTest, FindsNobodyWithoutNamesOrEntries) {
  ExpectNone(Find({}, {}));
  ExpectNone(FindCaller({}, {.uris = {"spiffe://prod/a"}}));
}

}  // namespace
}  // namespace suprsend_gateway::policy
