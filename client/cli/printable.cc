#include "client/cli/printable.h"

#include <optional>

#include "service/base/utf8.h"

namespace suprsend_gateway::cli {
namespace {

void AppendEscaped(std::string_view bytes, std::string& out) {
  static constexpr std::string_view kHex = "0123456789ABCDEF";
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out.append("\\x").append(1, kHex[byte >> 4]).append(1, kHex[byte & 0x0F]);
  }
}

}  // namespace

std::string Printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    std::string_view rest = text;
    const std::optional<char32_t> code_point = base::TakeCodePoint(rest);
    if (!code_point) rest.remove_prefix(1);
    const std::string_view bytes = text.substr(0, text.size() - rest.size());
    if (code_point && !base::IsControl(*code_point)) {
      out.append(bytes);
    } else {
      AppendEscaped(bytes, out);
    }
    text = rest;
  }
  return out;
}

}  // namespace suprsend_gateway::cli
