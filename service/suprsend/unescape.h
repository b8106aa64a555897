#ifndef SERVICE_SUPRSEND_UNESCAPE_H_
#define SERVICE_SUPRSEND_UNESCAPE_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace suprsend_gateway::suprsend {

// A text, and for each of its bytes where it came from in the text that it was made of.
struct MappedText {
  struct Origin {
    size_t begin;
    size_t end;  // One past the last byte.
  };
  std::string text;
  std::vector<Origin> origins;
};

// The text itself.
MappedText MapText(std::string_view text);

// Takes off one layer of escapes: JSON and C (\u0040, \x40, \/), percent (%40), HTML (&#64; &#x40;
// &amp;). Origins still point into the first text. false where there was none.
bool Unescape(MappedText& mapped);

}  // namespace suprsend_gateway::suprsend

#endif  // SERVICE_SUPRSEND_UNESCAPE_H_
