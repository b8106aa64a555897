#include "service/security/caller_gate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <variant>

namespace suprsend_gateway::security {
namespace {

using ::testing::HasSubstr;

policy::CallerNames Uris(std::vector<std::string> uris) { return {.uris = std::move(uris)}; }

std::shared_ptr<const policy::Policy> PolicyOf(std::map<std::string, policy::CallerRules> callers) {
  auto policy = std::make_shared<policy::Policy>();
  for (auto& [name, rules] : callers) policy->callers.emplace(name, std::move(rules));
  return policy;
}

// "name", or "unknown: why", or "unknown, maybe name: why", or "name may not: why".
std::string Told(const CallerGate& gate, const policy::CallerNames& names) {
  const auto identified = gate.Identify(names);
  if (const auto* caller = std::get_if<Caller>(&identified)) return caller->name;
  const auto& refusal = std::get<CallerRefusal>(identified);
  if (refusal.is_known) return refusal.name + " may not: " + refusal.because;
  return (refusal.name.empty() ? "unknown: " : "unknown, maybe " + refusal.name + ": ") +
         refusal.because;
}

TEST(CallerGateTest, WithoutNamesAnyoneMayDoAnything) {
  CallerGate gate(CallerGate::Trust::kAnyone);
  EXPECT_EQ(Told(gate, {}), "");
  EXPECT_EQ(CallerGate::Refusal(Caller{}, {.workflow_slug = "any"}), std::nullopt);
  EXPECT_EQ(gate.TakeQuota(Caller{}, {}), std::nullopt);
}

TEST(CallerGateTest, AnyoneVerifiedIsKnownByTheFirstName) {
  const CallerGate gate(CallerGate::Trust::kAnyVerified);
  EXPECT_EQ(Told(gate, {.uris = {"spiffe://a", "spiffe://b"}, .dns = {"c"}}), "spiffe://a");
  EXPECT_EQ(Told(gate, {.uris = {}, .dns = {"c"}}), "c");
  EXPECT_THAT(Told(gate, {}), HasSubstr("unknown: its certificate has neither"));
}

TEST(CallerGateTest, ThePolicyKnowsExactlyOneName) {
  CallerGate gate(CallerGate::Trust::kPolicy);
  gate.SetPolicy(PolicyOf({{"a", {}}, {"b", {}}}));
  EXPECT_EQ(Told(gate, Uris({"a"})), "a");
  EXPECT_EQ(Told(gate, Uris({"x", "b"})), "b");
  EXPECT_THAT(Told(gate, Uris({"x"})), HasSubstr("x may not: it has no entry"));
  EXPECT_THAT(Told(gate, Uris({"x", "b", "a"})),
              HasSubstr("unknown, maybe b: its certificate has several"));
  EXPECT_THAT(Told(gate, {.uris = {"x"}, .dns = {"a"}}), HasSubstr("x may not"));
  EXPECT_THAT(Told(gate, {}), HasSubstr("unknown"));
}

// It would get into the log.
TEST(CallerGateTest, ANameOfOtherThanVisibleAsciiIsNone) {
  CallerGate gate(CallerGate::Trust::kAnyVerified);
  for (const char* name : {"", "a b", "a\n", "\xc3\xa9", "\x7f"}) {
    EXPECT_THAT(Told(gate, Uris({"spiffe://a", name})), HasSubstr("unknown: a name in its"));
  }
}

TEST(CallerGateTest, ACallKeepsThePolicyThatItCameUnder) {
  CallerGate gate(CallerGate::Trust::kPolicy);
  gate.SetPolicy(PolicyOf({{"a", {.allow_open_calls = true}}}));
  const policy::CallShape open = {.recipients = 1};
  const Caller before = std::get<Caller>(gate.Identify(Uris({"a"})));
  gate.SetPolicy(PolicyOf({{"a", {}}}));
  const Caller after = std::get<Caller>(gate.Identify(Uris({"a"})));
  EXPECT_EQ(CallerGate::Refusal(before, open), std::nullopt);
  EXPECT_NE(CallerGate::Refusal(after, open), std::nullopt);
}

TEST(CallerGateTest, AQuotaIsCountedByCallerAndOutlivesAPolicy) {
  const auto policy =
      PolicyOf({{"a", {.quota = policy::Quota{.calls_per_second = 1, .burst = 1}}},
                {"b", {.quota = policy::Quota{.calls_per_second = 1, .burst = 1}}}});
  CallerGate gate(CallerGate::Trust::kPolicy);
  gate.SetPolicy(policy);
  const clock::TimePoint now{};
  const Caller a = std::get<Caller>(gate.Identify(Uris({"a"})));
  const Caller b = std::get<Caller>(gate.Identify(Uris({"b"})));
  EXPECT_EQ(gate.TakeQuota(a, now), std::nullopt);
  EXPECT_EQ(gate.TakeQuota(a, now), std::chrono::seconds(1));
  gate.SetPolicy(policy);
  EXPECT_EQ(gate.TakeQuota(a, now), std::chrono::seconds(1));
  EXPECT_EQ(gate.TakeQuota(b, now), std::nullopt);
}

}  // namespace
}  // namespace suprsend_gateway::security
