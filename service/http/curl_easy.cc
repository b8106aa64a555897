#include "service/http/curl_easy.h"

#include <cstdio>
#include <cstdlib>

namespace suprsend_gateway::http {
namespace {

void Require(CURLcode code, CURLoption option) {
  if (code == CURLE_OK) return;
  std::fprintf(stderr, "suprsend-gateway: libcurl refuses option %d: %s\n",
               static_cast<int>(option), curl_easy_strerror(code));
  std::abort();
}

}  // namespace

void SetLong(CURL* easy, CURLoption option, long value) {
  Require(curl_easy_setopt(easy, option, value), option);
}

void SetString(CURL* easy, CURLoption option, const char* value) {
  Require(curl_easy_setopt(easy, option, value), option);
}

void SetPointer(CURL* easy, CURLoption option, const void* value) {
  Require(curl_easy_setopt(easy, option, value), option);
}

long GetLong(CURL* easy, CURLINFO info) {
  long value = 0;
  return curl_easy_getinfo(easy, info, &value) == CURLE_OK ? value : 0;
}

curl_off_t GetOffset(CURL* easy, CURLINFO info) {
  curl_off_t value = 0;
  return curl_easy_getinfo(easy, info, &value) == CURLE_OK ? value : 0;
}

}  // namespace suprsend_gateway::http
