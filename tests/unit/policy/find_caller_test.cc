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

void Expect(const CallerMatch& match, CallerMatch::Kind kind) {
  EXPECT_EQ(match.kind, kind);
  EXPECT_EQ(match.name, nullptr);
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
  Expect(Find({"spiffe://prod/other"}, {"a.internal"}), CallerMatch::kNone);
  Expect(Find({""}, {"a.internal"}), CallerMatch::kNone);
}

TEST(FindCallerTest, SeveralEntriesAreNone) {
  Expect(Find({"spiffe://prod/a", "spiffe://prod/b"}, {}), CallerMatch::kSeveral);
  Expect(Find({}, {"a.internal", "localhost", "b.internal"}), CallerMatch::kSeveral);
  Expect(Find({"spiffe://prod/a", "spiffe://prod/b", "spiffe://prod/a"}, {}),
         CallerMatch::kSeveral);
}

TEST(FindCallerTest, ANameThatTheCertificateSaysTwiceIsOne) {
  ExpectOne(Find({"spiffe://prod/a", "spiffe://prod/a"}, {}), "spiffe://prod/a");
}

TEST(FindCallerTest, ComparesByteForByte) {
  for (const std::string name :
       {"spiffe://prod/A", "spiffe://prod/a/", "spiffe://prod/", "spiffe://prod/a ", " a.internal",
        "A.internal", "a.internal.", "*.internal", "x.a.internal", ""}) {
    Expect(Find({name}, {}), CallerMatch::kNone);
    Expect(Find({}, {name}), CallerMatch::kNone);
  }
  Expect(Find({std::string("spiffe://prod/a\0", 16)}, {}), CallerMatch::kNone);
}

TEST(FindCallerTest, FindsNobodyWithoutNamesOrEntries) {
  Expect(Find({}, {}), CallerMatch::kNone);
  Expect(FindCaller({}, {.uris = {"spiffe://prod/a"}}), CallerMatch::kNone);
}

}  // namespace
}  // namespace suprsend_gateway::policy
