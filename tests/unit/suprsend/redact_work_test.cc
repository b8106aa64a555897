#include <gtest/gtest.h>

#include <ctime>
#include <string>
#include <string_view>
#include <vector>

#include "service/suprsend/redact.h"

namespace suprsend_gateway::suprsend {
namespace {

std::string Repeat(std::string_view text, size_t bytes) {
  std::string result;
  while (result.size() + text.size() <= bytes) result += text;
  return result;
}

// Some ten times what the slowest of them takes, so that it holds in a sanitizer build too; text
// times values would be over it a hundredfold.
constexpr double kMostCpuSeconds = 0.25;

// As many values as fit 800 KiB of JSON.
void ExpectLittleWork(std::string_view text, const std::string& value) {
  const std::vector<std::string_view> secrets(size_t{800} * 1024 / (value.size() + 3), value);
  const std::clock_t start = std::clock();
  const std::string shown = Redact(text, secrets);
  const double seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  EXPECT_LT(seconds, kMostCpuSeconds) << text.substr(0, 20) << " with " << value.substr(0, 20);
  EXPECT_TRUE(shown.empty() || shown == "[redacted]" || shown.find(value) == std::string::npos);
}

TEST(RedactWork, IsLittleForTheLargestRequestAndItsEcho) {
  ExpectLittleWork(Repeat("%25252561", 486), "%61%61%61");
  ExpectLittleWork(Repeat("a", 512), "aaa");
  ExpectLittleWork(Repeat("a", 40'000), std::string(1000, 'a') + "b");
  for (const char* written : {"a", "%61", "%2561", "\\u0061", "&#97;", "&amp;", "+", "'", "=C3=A9",
                              "a\xC3\xA9", "%25252525252561", "\\\\\\\\"}) {
    ExpectLittleWork(Repeat(written, 64'000), Repeat(written, 15));
    ExpectLittleWork(Repeat(written, 64'000), Repeat(written, 1024));
  }
}

// Many values that are much alike cost an ordinary message nothing.
TEST(RedactWork, LeavesAnOrdinaryMessageReadable) {
  std::vector<std::string> values;
  values.reserve(25'000);
  for (int i = 0; i < 25'000; ++i) values.push_back("ann" + std::to_string(i) + "+t@example.org");
  const std::vector<std::string_view> secrets(values.begin(), values.end());
  EXPECT_EQ(Redact("no run for ann77+t@example.org, ann24999%2Bt%40example.org or bob", secrets),
            "no run for [redacted], [redacted] or bob");
}

TEST(RedactWork, OverlappingValuesAreMarkedWhole) {
  const std::string value = "aab" + std::string(1000, 'a');
  const std::string text = "x" + value + std::string(500, 'a') + "y";
  EXPECT_EQ(Redact(text, {value, std::string_view("aaa")}), "x[redacted]y");
}

}  // namespace
}  // namespace suprsend_gateway::suprsend
