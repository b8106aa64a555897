#include "service/config/upstream_url.h"

#include <curl/curl.h>

#include <memory>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "service/config/listen_address.h"

namespace suprsend_gateway::config {
namespace {

struct CurlUrlCleanup {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
using CurlUrl = std::unique_ptr<CURLU, CurlUrlCleanup>;

std::string Part(CURLU* url, CURLUPart part) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, 0) != CURLUE_OK) return "";
  std::string result(text);
  curl_free(text);
  return result;
}

}  // namespace

absl::StatusOr<UpstreamUrl> ParseUpstreamUrl(const std::string& text) {
  const bool is_http = absl::StartsWithIgnoreCase(text, "http://");
  const bool is_https = absl::StartsWithIgnoreCase(text, "https://");
  // libcurl is lenient with a lone ? or #, a backslash, and more slashes than two.
  const bool is_plain = text.find_first_of("?#@\\") == std::string::npos;
  const bool has_host = text.find("///") == std::string::npos;
  const CurlUrl url(curl_url());
  if ((!is_http && !is_https) || !is_plain || !has_host ||
      curl_url_set(url.get(), CURLUPART_URL, text.c_str(), CURLU_DISALLOW_USER) != CURLUE_OK ||
      Part(url.get(), CURLUPART_PORT) == "0") {
    return absl::InvalidArgumentError(
        "must be http:// or https://, a host, an optional port and an optional path prefix, "
        "without "
        "user, password, query or fragment");
  }
  std::string host = Part(url.get(), CURLUPART_HOST);
  if (host.front() == '[') host = host.substr(1, host.size() - 2);
  std::string normalised = Part(url.get(), CURLUPART_URL);
  while (normalised.back() == '/') normalised.pop_back();
  return UpstreamUrl{
      .url = std::move(normalised), .is_https = is_https, .is_loopback = IsLoopback(host)};
}

}  // namespace suprsend_gateway::config
