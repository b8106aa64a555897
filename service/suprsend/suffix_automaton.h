#ifndef SERVICE_SUPRSEND_SUFFIX_AUTOMATON_H_
#define SERVICE_SUPRSEND_SUFFIX_AUTOMATON_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace suprsend_gateway::suprsend {

// Knows all substrings of a text, each as one of its states (Blumer et al., "The smallest automaton
// recognizing the subwords of a text", 1985). It is made in time linear to the text, and looks a
// value up in time linear to the value or less, whatever the two look like. ASCII letters are the
// same in either case.
class SuffixAutomaton {
 public:
  using State = uint16_t;
  // There are up to two states for each byte, and one more.
  static constexpr size_t kMaxTextBytes = 32 * 1024 - 1;

  // `text` is at most kMaxTextBytes.
  explicit SuffixAutomaton(std::string_view text);

  size_t size() const { return lengths_.size(); }

  // Where `value` leads to; 0 if it is empty or does not stand in the text.
  State Find(std::string_view value) const;

  // `values` has, for each state, the length of a value that led to it, or 0. The result has, for
  // each byte of the text, the length of the longest of them that ends with this byte.
  std::vector<uint16_t> LongestAtEachByte(std::vector<uint16_t> values) const;

 private:
  State AddState(size_t length, State link);
  void Append(size_t symbol);
  // Gives those substrings of `state` that `from` leads to a state of their own.
  State Split(State from, State state, size_t symbol);
  State& Next(State state, size_t symbol) { return next_[state * width_ + symbol]; }

  std::array<uint8_t, 256> symbols_{};  // Of each byte; 0 if it is not in the text.
  size_t width_ = 1;
  std::vector<State> next_;         // A row of `width_` for each state; 0 for none.
  std::vector<uint16_t> lengths_;   // Of the longest substring of each state.
  std::vector<State> links_;        // To the state of its longest suffix that has another state.
  std::vector<State> of_prefixes_;  // The state of the text up to each byte.
};

}  // namespace suprsend_gateway::suprsend

#endif  // SERVICE_SUPRSEND_SUFFIX_AUTOMATON_H_
