#ifndef SERVICE_HTTP_CURL_EASY_H_
#define SERVICE_HTTP_CURL_EASY_H_

#include <curl/curl.h>

#include <memory>

namespace suprsend_gateway::http {

struct CurlEasyCleanup {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
using CurlEasy = std::unique_ptr<CURL, CurlEasyCleanup>;

struct CurlMultiCleanup {
  void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};
using CurlMulti = std::unique_ptr<CURLM, CurlMultiCleanup>;

struct CurlUrlCleanup {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
using CurlUrl = std::unique_ptr<CURLU, CurlUrlCleanup>;

// curl_easy_setopt takes C varargs, where an int in place of a long is undefined behaviour. These
// take the type that the option wants. A refused option is a fault of ours or of the libcurl that
// we run on: it ends the process with the option's number, since going on could mean a proxy, a
// redirect or a protocol that must not be.
void SetLong(CURL* easy, CURLoption option, long value);
void SetString(CURL* easy, CURLoption option, const char* value);
void SetPointer(CURL* easy, CURLoption option, const void* value);

// 0 where libcurl does not know.
long GetLong(CURL* easy, CURLINFO info);
curl_off_t GetOffset(CURL* easy, CURLINFO info);

}  // namespace suprsend_gateway::http

#endif  // SERVICE_HTTP_CURL_EASY_H_
