#include "service/suprsend/redact.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/strings/ascii.h"
#include "service/suprsend/layers.h"
#include "service/suprsend/suffix_automaton.h"
#include "service/suprsend/unescape.h"

namespace suprsend_gateway::suprsend {
namespace {

static_assert((kMaxLayers + 1) * (kMaxRedactedText + 1) <= SuffixAutomaton::kMaxTextBytes);

bool IsWordCharacter(char c) {
  return c == kNonAscii || absl::ascii_isalnum(static_cast<unsigned char>(c));
}

// Upstream may trim the blanks around a value, and a backslash at its end may read as an escape of
// what follows; so without them, unless little is left.
std::string_view Trimmed(std::string_view value) {
  const std::string_view whole = value;
  value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
  for (const char* const ends : {" ", " \\"}) {
    const std::string_view shorter = value.substr(0, value.find_last_not_of(ends) + 1);
    if (shorter.size() >= kMinRedactedBytes) value = shorter;
  }
  return value.size() < kMinRedactedBytes ? whole : value;
}

void Mark(std::vector<bool>& bytes, size_t begin, size_t end) {
  for (size_t at = begin; at < end; ++at) bytes[at] = true;
}

// Which values stand in the layers of a text.
class Search {
 public:
  explicit Search(const Layers& layers)
      : layers_(layers),
        automaton_(layers.bytes),
        values_(automaton_.size(), 0),
        parts_(automaton_.size(), 0) {}

  void Add(std::string_view value) {
    if (std::all_of(value.begin(), value.end(), IsAscii)) {
      Find(Trimmed(value), values_);
      return;
    }
    has_non_ascii_ = true;
    while (!value.empty()) {
      const auto end = std::find_if_not(value.begin(), value.end(), IsAscii);
      const auto size = static_cast<size_t>(end - value.begin());
      Find(Trimmed(value.substr(0, size)), parts_);
      value.remove_prefix(std::min(size + 1, value.size()));
    }
  }

  // Which bytes of the layers must not be shown.
  std::vector<bool> Blotted() const;

 private:
  // For each state of the automaton, the length of a value that leads to it, or 0.
  using Found = std::vector<uint16_t>;

  void Find(std::string_view value, Found& found) {
    if (value.size() < kMinRedactedBytes || value.size() > layers_.bytes.size()) return;
    const SuffixAutomaton::State state = automaton_.Find(value);
    if (state != 0) found[state] = static_cast<uint16_t>(value.size());
  }

  const Layers& layers_;
  SuffixAutomaton automaton_;
  Found values_;
  Found parts_;  // Of values that are not all ASCII.
  bool has_non_ascii_ = false;
};

std::vector<bool> Search::Blotted() const {
  const std::string_view bytes = layers_.bytes;
  const std::vector<uint16_t> values = automaton_.LongestAtEachByte(values_);
  const std::vector<uint16_t> parts = automaton_.LongestAtEachByte(parts_);
  std::vector<bool> is_blotted(bytes.size(), false);
  // Backwards, so that the places are met at their ends.
  int value_left = 0;
  int part_left = 0;
  bool blot_word = false;
  size_t word_end = bytes.size();
  for (size_t at = bytes.size(); at-- > 0;) {
    value_left = std::max<int>(value_left - 1, values[at]);
    part_left = std::max<int>(part_left - 1, parts[at]);
    is_blotted[at] = value_left > 0 || part_left > 0;
    if (!IsWordCharacter(bytes[at])) {
      word_end = at;
      blot_word = false;
      continue;
    }
    blot_word = blot_word || part_left > 0 || (has_non_ascii_ && bytes[at] == kNonAscii);
    const bool is_word_start = at == 0 || !IsWordCharacter(bytes[at - 1]);
    if (is_word_start && blot_word) Mark(is_blotted, at, word_end);
  }
  return is_blotted;
}

// Looks for the value as it is and with each layer of its own escapes taken off.
void AddAllForms(std::string_view secret, Search& search) {
  search.Add(secret);
  std::string form;
  std::string plain;
  for (int depth = 0; depth < kMaxLayers && UnescapeInto(secret, plain); ++depth) {
    search.Add(plain);
    std::swap(form, plain);
    secret = form;
  }
}

// How much may be shown of a text that was cut at its end: what no secret reaches that begins there
// and runs past the end, so that it was not found.
size_t ShownBytes(std::string_view text, const Layers& layers,
                  const std::vector<std::string_view>& secrets) {
  size_t longest_secret = 0;
  for (const std::string_view secret : secrets) {
    longest_secret = std::max(longest_secret, secret.size());
  }
  size_t longest_escape = 1;
  for (size_t at = 0; at + 1 < layers.bytes.size(); ++at) {
    if (layers.bytes[at] == kLayerEnd) continue;
    longest_escape = std::max<size_t>(longest_escape, layers.origins[at + 1] - layers.origins[at]);
  }
  const size_t reach = (longest_secret + 1) * longest_escape;
  size_t shown = text.size() - std::min(reach, text.size());
  while (shown > 0 && (static_cast<unsigned char>(text[shown]) & 0xC0u) == 0x80u) --shown;
  return shown;
}

// An escape that is in no value may be a piece of one, read wrongly. Then what is around it goes
// too.
void BlotAroundOddOnes(std::string_view text, const std::vector<bool>& is_odd,
                       std::vector<bool>& is_blotted) {
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find_first_of(" \n", begin), text.size());
    bool is_found = false;
    for (size_t at = begin; at < end; ++at) is_found = is_found || (is_odd[at] && !is_blotted[at]);
    if (is_found) Mark(is_blotted, begin, end);
    begin = end + 1;
  }
}

std::string Blot(std::string_view text, const std::vector<bool>& is_blotted) {
  std::string result;
  for (size_t i = 0; i < text.size(); ++i) {
    if (!is_blotted[i]) {
      result.push_back(text[i]);
    } else if (i == 0 || !is_blotted[i - 1]) {
      result.append("[redacted]");
    }
  }
  return result;
}

}  // namespace

std::string Redact(std::string_view text, const std::vector<std::string_view>& secrets) {
  if (text.empty()) return "";
  const bool is_cut = text.size() > kMaxRedactedText;
  text = text.substr(0, kMaxRedactedText);
  const Layers layers = ReadLayers(text);
  if (!layers.is_complete) return "";
  Search search(layers);
  for (const std::string_view secret : secrets) {
    if (secret.size() >= kMinRedactedBytes) AddAllForms(secret, search);
  }
  const std::vector<bool> in_layers = search.Blotted();
  std::vector<bool> in_text(text.size(), false);
  for (size_t at = 0; at < in_layers.size(); ++at) {
    if (in_layers[at]) Mark(in_text, layers.origins[at], layers.origins[at + 1]);
  }
  BlotAroundOddOnes(text, layers.is_odd, in_text);
  return Blot(is_cut ? text.substr(0, ShownBytes(text, layers, secrets)) : text, in_text);
}

}  // namespace suprsend_gateway::suprsend
