#include "service/suprsend/redact.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "service/suprsend/unescape.h"

namespace suprsend_gateway::suprsend {
namespace {

// Escapes over escapes are taken off so often; nobody's proxy chain is deeper.
constexpr int kMaxLayers = 4;

std::string Lower(std::string_view text) {
  std::string lower(text);
  absl::AsciiStrToLower(&lower);
  return lower;
}

// Marks, in the bytes of the original text, every place where `secret` stands in `mapped`.
void Mark(const MappedText& mapped, std::string_view secret, std::vector<bool>& marked) {
  if (secret.size() < kMinRedactedBytes) return;
  for (size_t at = mapped.text.find(secret); at != std::string::npos;
       at = mapped.text.find(secret, at + 1)) {
    const size_t begin = mapped.origins[at].begin;
    const size_t end = mapped.origins[at + secret.size() - 1].end;
    std::fill(marked.begin() + static_cast<std::ptrdiff_t>(begin),
              marked.begin() + static_cast<std::ptrdiff_t>(end), true);
  }
}

std::string Unescaped(std::string_view text) {
  if (text.find_first_of("\\%&") == std::string_view::npos) return Lower(text);
  MappedText mapped = MapText(text);
  for (int layer = 0; layer < kMaxLayers && Unescape(mapped); ++layer) {
  }
  return Lower(mapped.text);
}

std::string Blot(std::string_view text, const std::vector<bool>& marked) {
  std::string result;
  for (size_t i = 0; i < text.size(); ++i) {
    if (!marked[i]) {
      result.push_back(text[i]);
    } else if (i == 0 || !marked[i - 1]) {
      result.append("[redacted]");
    }
  }
  return result;
}

}  // namespace

std::string Redact(std::string_view text, const std::vector<std::string_view>& secrets) {
  if (text.size() * secrets.size() > kMaxRedactWork) return "";
  std::vector<std::string> wanted;
  for (const std::string_view secret : secrets) {
    if (secret.size() < kMinRedactedBytes) continue;
    wanted.push_back(Lower(secret));
    if (std::string plain = Unescaped(secret); plain != wanted.back()) {
      wanted.push_back(std::move(plain));
    }
  }
  std::vector<bool> marked(text.size(), false);
  MappedText mapped = MapText(text);
  for (int layer = 0; layer <= kMaxLayers; ++layer) {
    MappedText lower{Lower(mapped.text), mapped.origins};
    for (const std::string& secret : wanted) Mark(lower, secret, marked);
    if (!Unescape(mapped)) break;
  }
  return Blot(text, marked);
}

}  // namespace suprsend_gateway::suprsend
