#ifndef SERVICE_SUPRSEND_LAYERS_H_
#define SERVICE_SUPRSEND_LAYERS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace suprsend_gateway::suprsend {

// Escapes over escapes are taken off so often; nobody's proxy chain is deeper.
inline constexpr int kMaxLayers = 5;
// Ends each layer, and stands nowhere else.
inline constexpr char kLayerEnd = '\xFF';

// `plain` is `text` with one layer of escapes taken off, or where it has none, with its blanks
// collapsed. false where that is `text` again.
bool UnescapeInto(std::string_view text, std::string& plain);

// A text as it stands, then with one layer of its escapes taken off, then with the next; each byte
// outside of ASCII is replaced by kNonAscii:
//   "a%2540b" → "a%2540b", "a%40b", "a@b"
struct Layers {
  std::string bytes;
  // For each of `bytes`, where in the text it came from; for a layer's end that is the text's end.
  std::vector<uint32_t> origins;
  // For each byte of the text, whether it is in an escape for a letter, a digit or a character
  // outside of ASCII. The usual encoders leave the former alone, so that this may be a misreading.
  std::vector<bool> is_odd;
  bool is_complete = true;  // Else there were more than kMaxLayers.
};

// `text` is below 4 GiB.
Layers ReadLayers(std::string_view text);

}  // namespace suprsend_gateway::suprsend

#endif  // SERVICE_SUPRSEND_LAYERS_H_
