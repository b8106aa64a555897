#include "service/suprsend/redact.h"

#include <algorithm>
#include <cstring>
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

// For each prefix of `secret`, the length of its longest proper suffix that is a prefix too.
std::vector<size_t> FailureTable(std::string_view secret) {
  std::vector<size_t> table(secret.size(), 0);
  for (size_t i = 1, length = 0; i < secret.size(); ++i) {
    while (length > 0 && secret[i] != secret[length]) length = table[length - 1];
    if (secret[i] == secret[length]) ++length;
    table[i] = length;
  }
  return table;
}

// Marks, in the bytes of the original text, every place where `secret` stands in `mapped`, also
// where two of them overlap. Knuth, Morris and Pratt's search: both texts come from outside, and
// runs of one letter must not cost more than others.
void Mark(const MappedText& mapped, std::string_view secret, std::vector<bool>& marked) {
  const std::string& text = mapped.text;
  // glibc's search is linear too, and quicker for what is seldom there.
  if (memmem(text.data(), text.size(), secret.data(), secret.size()) == nullptr) return;
  const std::vector<size_t> table = FailureTable(secret);
  size_t marked_up_to = 0;
  for (size_t i = 0, matched = 0; i < text.size(); ++i) {
    while (matched > 0 && (matched == secret.size() || text[i] != secret[matched])) {
      matched = table[matched - 1];
    }
    if (text[i] == secret[matched]) ++matched;
    if (matched < secret.size()) continue;
    const size_t begin = std::max(marked_up_to, mapped.origins[i + 1 - secret.size()].begin);
    marked_up_to = std::max(marked_up_to, mapped.origins[i].end);
    for (size_t at = begin; at < marked_up_to; ++at) marked[at] = true;
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
