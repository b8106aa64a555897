#include "service/suprsend/suffix_automaton.h"

#include <algorithm>
#include <numeric>

#include "absl/strings/ascii.h"

namespace suprsend_gateway::suprsend {
namespace {

constexpr std::string_view kCapitals = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

unsigned char Lower(char c) {
  return static_cast<unsigned char>(absl::ascii_tolower(static_cast<unsigned char>(c)));
}

}  // namespace

SuffixAutomaton::SuffixAutomaton(std::string_view text) {
  for (const char c : text) {
    uint8_t& symbol = symbols_[Lower(c)];
    if (symbol == 0) symbol = static_cast<uint8_t>(width_++);
  }
  for (const char c : kCapitals) symbols_[static_cast<unsigned char>(c)] = symbols_[Lower(c)];
  of_prefixes_.reserve(text.size());
  AddState(0, 0);
  for (const char c : text) Append(symbols_[static_cast<unsigned char>(c)]);
}

SuffixAutomaton::State SuffixAutomaton::AddState(size_t length, State link) {
  next_.resize(next_.size() + width_);
  lengths_.push_back(static_cast<uint16_t>(length));
  links_.push_back(link);
  return static_cast<State>(lengths_.size() - 1);
}

void SuffixAutomaton::Append(size_t symbol) {
  State from = of_prefixes_.empty() ? State{0} : of_prefixes_.back();
  const State added = AddState(of_prefixes_.size() + 1, 0);
  of_prefixes_.push_back(added);
  while (Next(from, symbol) == 0) {
    Next(from, symbol) = added;
    if (from == 0) return;
    from = links_[from];
  }
  const State next = Next(from, symbol);
  links_[added] = lengths_[next] == lengths_[from] + 1 ? next : Split(from, next, symbol);
}

SuffixAutomaton::State SuffixAutomaton::Split(State from, State state, size_t symbol) {
  const State shorter = AddState(lengths_[from] + size_t{1}, links_[state]);
  std::copy_n(&Next(state, 0), width_, &Next(shorter, 0));
  links_[state] = shorter;
  while (Next(from, symbol) == state) {
    Next(from, symbol) = shorter;
    if (from == 0) break;
    from = links_[from];
  }
  return shorter;
}

SuffixAutomaton::State SuffixAutomaton::Find(std::string_view value) const {
  State state = 0;
  for (const char c : value) {
    state = next_[state * width_ + symbols_[static_cast<unsigned char>(c)]];
    if (state == 0) break;
  }
  return state;
}

std::vector<uint16_t> SuffixAutomaton::LongestAtEachByte(std::vector<uint16_t> values) const {
  // Shorter first: what ends in a state's link, which is shorter, ends in the state too.
  std::vector<size_t> starts(of_prefixes_.size() + 2, 0);
  for (const uint16_t length : lengths_) ++starts[length + size_t{1}];
  std::partial_sum(starts.begin(), starts.end(), starts.begin());
  std::vector<State> by_length(size());
  for (size_t state = 0; state < size(); ++state) {
    by_length[starts[lengths_[state]]++] = static_cast<State>(state);
  }
  for (const State state : by_length) {
    values[state] = std::max(values[state], values[links_[state]]);
  }
  std::vector<uint16_t> result;
  result.reserve(of_prefixes_.size());
  for (const State state : of_prefixes_) result.push_back(values[state]);
  return result;
}

}  // namespace suprsend_gateway::suprsend
