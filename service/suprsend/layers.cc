#include "service/suprsend/layers.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "absl/strings/ascii.h"
#include "service/suprsend/unescape.h"

namespace suprsend_gateway::suprsend {
namespace {

bool IsLetterOrDigit(char c) {
  return c == kNonAscii || absl::ascii_isalnum(static_cast<unsigned char>(c));
}

// Calls `take(escape, at)` for each character of `text` as `read` reads it, once `starts` says that
// it could be an escape. Whether one was.
template <typename Starts, typename Read, typename Take>
bool ForEachCharacter(std::string_view text, const Starts& starts, const Read& read,
                      const Take& take) {
  bool found = false;
  for (size_t at = 0; at < text.size();) {
    Escape escape{1, text[at]};
    if (starts(text[at])) {
      escape = read(text.substr(at));
      found = found || escape.length > 1 || escape.meaning != text[at];
    }
    take(escape, at);
    at += escape.length;
  }
  return found;
}

// Blanks come last: + is one only where nothing is left that a + was written as. `clear` makes
// `take` forget what it took.
template <typename Clear, typename Take>
bool ForEachInNextLayer(std::string_view text, const Clear& clear, const Take& take) {
  if (std::any_of(text.begin(), text.end(), MayStartEscape)) {
    if (ForEachCharacter(text, MayStartEscape, ReadEscape, take)) return true;
    clear();
  }
  return std::any_of(text.begin(), text.end(), IsBlankOrPlus) &&
         ForEachCharacter(text, IsBlankOrPlus, ReadBlanks, take);
}

}  // namespace

bool UnescapeInto(std::string_view text, std::string& plain) {
  plain.clear();
  return ForEachInNextLayer(
      text, [&plain] { plain.clear(); },
      [&plain](Escape c, size_t) { plain.push_back(c.meaning); });
}

Layers ReadLayers(std::string_view text) {
  Layers layers{.is_odd = std::vector<bool>(text.size(), false)};
  std::string layer(text);
  std::vector<uint32_t> origins(text.size() + 1);
  std::iota(origins.begin(), origins.end(), 0);
  for (int depth = 0;; ++depth) {
    for (const char c : layer) layers.bytes.push_back(IsAscii(c) ? c : kNonAscii);
    layers.bytes.push_back(kLayerEnd);
    layers.origins.insert(layers.origins.end(), origins.begin(), origins.end());
    std::string plain;
    std::vector<uint32_t> plain_origins;
    const auto clear = [&] {
      plain.clear();
      plain_origins.clear();
    };
    const bool found = ForEachInNextLayer(layer, clear, [&](Escape c, size_t at) {
      plain.push_back(c.meaning);
      plain_origins.push_back(origins[at]);
      if (c.length == 1 || !IsLetterOrDigit(c.meaning)) return;
      std::fill(layers.is_odd.begin() + origins[at], layers.is_odd.begin() + origins[at + c.length],
                true);
    });
    if (!found) return layers;
    layers.is_complete = depth < kMaxLayers;
    if (!layers.is_complete) return layers;
    plain_origins.push_back(origins.back());
    layer = std::move(plain);
    origins = std::move(plain_origins);
  }
}

}  // namespace suprsend_gateway::suprsend
