#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "service/suprsend/redact.h"

namespace suprsend_gateway::suprsend {
namespace {

constexpr size_t kWork = size_t{32} << 20;

TEST(RedactWork, IsDoneUpToItsLimitAndNothingIsShownPastIt) {
  ASSERT_EQ(kMaxRedactWork, kWork);
  std::string text = "no run for user_1 ";
  text.resize(512, '.');
  const std::string shown = "no run for [redacted] " + text.substr(18);
  std::vector<std::string_view> secrets(kWork / text.size(), "absent");
  secrets.back() = "user_1";
  EXPECT_EQ(Redact(text, secrets), shown);

  secrets.push_back("absent");
  EXPECT_EQ(Redact(text, secrets), "");
}

TEST(RedactWork, NearItsLimitKeepsEveryMark) {
  constexpr size_t kText = size_t{64} * 1024;
  std::string text(kText, '.');
  text.replace(kText - 6, 6, "user_1");
  std::vector<std::string_view> secrets(kWork / kText, "absent");
  secrets.front() = "user_1";
  EXPECT_EQ(Redact(text, secrets), std::string(kText - 6, '.') + "[redacted]");
}

TEST(RedactWork, OverlappingValuesAreMarkedWhole) {
  const std::string value = "aab" + std::string(1000, 'a');
  const std::string text = "x" + value + std::string(500, 'a') + "y";
  EXPECT_EQ(Redact(text, {value, std::string_view("aaa")}), "x[redacted]y");
}

}  // namespace
}  // namespace suprsend_gateway::suprsend
