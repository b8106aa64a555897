#include "service/suprsend/suffix_automaton.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace suprsend_gateway::suprsend {
namespace {

std::string RandomText(std::mt19937& random, size_t size, size_t letters) {
  std::string text;
  for (size_t i = 0; i < size; ++i) text += static_cast<char>('a' + random() % letters);
  return text;
}

TEST(SuffixAutomaton, FindsJustTheSubstrings) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    std::mt19937 random(seed);
    const std::string text = RandomText(random, random() % 40, 1 + random() % 4);
    const SuffixAutomaton automaton(text);
    for (int i = 0; i < 100; ++i) {
      const std::string value = RandomText(random, 1 + random() % 6, 4);
      EXPECT_EQ(automaton.Find(value) != 0, text.find(value) != std::string::npos)
          << text << ' ' << value;
    }
  }
}

TEST(SuffixAutomaton, TakesAsciiLettersInEitherCase) {
  const SuffixAutomaton automaton("aBc[\x80");
  EXPECT_NE(automaton.Find("AbC["), 0);
  EXPECT_NE(automaton.Find("\x80"), 0);
  EXPECT_EQ(automaton.Find("abc{"), 0);
  EXPECT_EQ(automaton.Find("d"), 0);
  EXPECT_EQ(automaton.Find(""), 0);
  EXPECT_EQ(SuffixAutomaton("").Find("a"), 0);
}

TEST(SuffixAutomaton, TellsTheLongestValueAtEachByte) {
  const std::string text = "xabcabxbcb";
  const SuffixAutomaton automaton(text);
  std::vector<uint16_t> values(automaton.size(), 0);
  for (const std::string_view value : {"abc", "bc", "b", "ab"}) {
    values[automaton.Find(value)] = static_cast<uint16_t>(value.size());
  }
  const std::vector<uint16_t> expected = {0, 0, 2, 3, 0, 2, 0, 1, 2, 1};
  EXPECT_EQ(automaton.LongestAtEachByte(values), expected);
}

// The text with the most states: abbb…
TEST(SuffixAutomaton, HoldsTheLargestText) {
  const size_t size = SuffixAutomaton::kMaxTextBytes;
  ASSERT_EQ(size, 32'767u);
  const SuffixAutomaton automaton("a" + std::string(size - 2, 'b') + "c");
  EXPECT_LE(automaton.size(), 2 * size);
  EXPECT_NE(automaton.Find("a" + std::string(size - 2, 'b') + "c"), 0);
  EXPECT_NE(automaton.Find("bbc"), 0);
  EXPECT_EQ(automaton.Find("ac"), 0);
}

}  // namespace
}  // namespace suprsend_gateway::suprsend
