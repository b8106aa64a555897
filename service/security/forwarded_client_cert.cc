#include "service/security/forwarded_client_cert.h"

#include <algorithm>
#include <optional>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"

namespace suprsend_gateway::security {
namespace {

// Reads a value from the front of `rest`: up to the next separator, or in double quotes, in which a
// backslash takes the next character as it is. nullopt: a quote that does not end, or more after
// it.
std::optional<std::string> TakeValue(std::string_view& rest) {
  const auto is_separator = [](char c) { return c == ';' || c == ','; };
  std::string value;
  size_t at = 0;
  if (rest.starts_with('"')) {
    for (++at; at < rest.size() && rest[at] != '"'; ++at) {
      if (rest[at] == '\\' && ++at == rest.size()) return std::nullopt;
      value += rest[at];
    }
    if (at++ >= rest.size()) return std::nullopt;
    if (at < rest.size() && !is_separator(rest[at])) return std::nullopt;
  } else {
    while (at < rest.size() && !is_separator(rest[at])) value += rest[at++];
  }
  rest.remove_prefix(at);
  return value;
}

bool IsKey(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), absl::ascii_isalpha);
}

bool Equals(std::string_view key, std::string_view name) {
  return absl::EqualsIgnoreCase(absl::string_view(key.data(), key.size()),
                                absl::string_view(name.data(), name.size()));
}

}  // namespace

policy::CallerNames NamesInForwardedClientCert(std::string_view header) {
  policy::CallerNames names;
  while (!header.empty()) {
    const size_t equals = header.find('=');
    if (equals == std::string_view::npos) return {};
    const std::string_view key = header.substr(0, equals);
    if (!IsKey(key)) return {};
    header.remove_prefix(equals + 1);
    std::optional<std::string> value = TakeValue(header);
    if (!value) return {};
    if (!value->empty() && Equals(key, "URI")) {
      names.uris.push_back(*std::move(value));
    } else if (!value->empty() && Equals(key, "DNS")) {
      names.dns.push_back(*std::move(value));
    }
    if (header.empty()) break;
    if (header.front() == ',') names = {};
    header.remove_prefix(1);
    while (header.starts_with(' ')) header.remove_prefix(1);
    if (header.empty()) return {};
  }
  return names;
}

}  // namespace suprsend_gateway::security
