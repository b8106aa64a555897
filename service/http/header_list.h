#ifndef SERVICE_HTTP_HEADER_LIST_H_
#define SERVICE_HTTP_HEADER_LIST_H_

#include <curl/curl.h>

#include <string>
#include <vector>

namespace suprsend_gateway::http {

// Request headers, built once and shared by all requests that use them. Immutable; any thread.
class HeaderList {
 public:
  // Each line is "Name: value" ("Name:" keeps libcurl from sending that header), without CR, LF or
  // NUL: libcurl does not look for them, so the caller answers for it.
  explicit HeaderList(std::vector<std::string> lines);
  HeaderList(const HeaderList&) = delete;
  HeaderList& operator=(const HeaderList&) = delete;

  const std::vector<std::string>& lines() const { return lines_; }

  // For libcurl, which only reads it in spite of its type.
  curl_slist* curl_list() const { return const_cast<curl_slist*>(nodes_.data()); }

 private:
  std::vector<std::string> lines_;
  std::vector<curl_slist> nodes_;
};

}  // namespace suprsend_gateway::http

#endif  // SERVICE_HTTP_HEADER_LIST_H_
