#include <gtest/gtest.h>

#include <algorithm>
#include <ctime>

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

// Processor time, so that a busy machine changes little; the better of two.
template <typename Work>
double Seconds(const Work& work) {
  double best = 1e9;
  for (int i = 0; i < 2; ++i) {
    const std::clock_t start = std::clock();
    work();
    best = std::min(best, static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC);
  }
  return best;
}

// "Work is in proportion to text times secrets": it runs where nothing may block, and both come
// from outside. A caller who submits long runs of one letter, which upstream tells back, must not
// hold the event loop.
class RedactTime : public testing::Test {
 protected:
  static constexpr size_t kSecrets = 500;
  static constexpr double kAtMostTimes = 40;

  static double TimeFor(const std::string& text, const std::string& secret) {
    const std::vector<std::string_view> secrets(kSecrets, secret);
    return Seconds([&] { Redact(text, secrets); });
  }

  const std::string text_ = std::string(65'000, 'a');
  // Such as it takes for the same text and number of values where nothing matches.
  const double usual_ = std::max(0.002, TimeFor(text_, "b" + std::string(999, 'a')));
};

TEST_F(RedactTime, IsInProportionWhereValuesOverlapThemselves) {
  EXPECT_LT(TimeFor(text_, std::string(1000, 'a')), kAtMostTimes * usual_);
}

TEST_F(RedactTime, IsInProportionWhereValuesAlmostMatchEverywhere) {
  EXPECT_LT(TimeFor(text_, std::string(999, 'a') + "b"), kAtMostTimes * usual_);
}

TEST_F(RedactTime, IsInProportionForTextThatIsAllEscapes) {
  std::string escapes;
  while (escapes.size() + 9 <= text_.size()) escapes += "%25252540";
  EXPECT_LT(TimeFor(escapes, "b" + std::string(999, 'a')), kAtMostTimes * usual_);
}

}  // namespace
}  // namespace suprsend_gateway::suprsend
