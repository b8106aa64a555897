// The floor for a gateway's HTTP side: libcurl's multi interface as its manual shows it, posting
// one body over and over, with so many requests in flight.
//
// Usage: curl_loop URL CA_FILE IN_FLIGHT REQUESTS
//
// Prints how many had the answer that was expected, and the user and system time that they took, in
// microseconds; a thousand that are sent before them are not counted.
#include <curl/curl.h>
#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace {

constexpr std::string_view kBody =
    R"({"execution_id":"dsl_01JD3Q7W8X9Y0Z1A2B3C4D5E6F","recipients":["user-1","user-2"]})";
constexpr std::string_view kExpected = R"({"execution_ids":["dsl_01JD3Q7W8X9Y0Z1A2B3C4D5E6F"]})";

struct Request {
  CURL* easy = curl_easy_init();
  std::string reply;
};

size_t OnBody(char* data, size_t size, size_t count, void* self) {
  static_cast<Request*>(self)->reply.append(data, size * count);
  return size * count;
}

void Prepare(Request& request, const char* url, const char* ca_file, curl_slist* headers) {
  CURL* const easy = request.easy;
  curl_easy_setopt(easy, CURLOPT_URL, url);
  curl_easy_setopt(easy, CURLOPT_CAINFO, ca_file);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_PROXY, "");
  curl_easy_setopt(easy, CURLOPT_PIPEWAIT, 1L);
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(easy, CURLOPT_POSTFIELDS, kBody.data());
  curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, static_cast<long>(kBody.size()));
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &OnBody);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &request);
  curl_easy_setopt(easy, CURLOPT_PRIVATE, &request);
}

// Sends so many requests, and returns how many had the answer that was expected.
size_t Send(CURLM* multi, std::vector<Request>& slots, size_t requests) {
  size_t begun = 0;
  for (Request& slot : slots) {
    if (begun++ < requests) curl_multi_add_handle(multi, slot.easy);
  }
  size_t good = 0;
  for (size_t ended = 0; ended < requests;) {
    int running = 0;
    curl_multi_perform(multi, &running);
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi, &left)) {
      CURL* const easy = message->easy_handle;
      const bool succeeded = message->data.result == CURLE_OK;
      char* slot = nullptr;
      curl_easy_getinfo(easy, CURLINFO_PRIVATE, &slot);
      std::string& reply = reinterpret_cast<Request*>(slot)->reply;
      if (succeeded && reply == kExpected) ++good;
      reply.clear();
      ++ended;
      curl_multi_remove_handle(multi, easy);
      if (begun++ < requests) curl_multi_add_handle(multi, easy);
    }
    if (ended < requests) curl_multi_poll(multi, nullptr, 0, 1000, nullptr);
  }
  return good;
}

long Microseconds(const timeval& time) { return time.tv_sec * 1'000'000 + time.tv_usec; }

rusage Usage() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return usage;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) {
    std::fputs("usage: curl_loop URL CA_FILE IN_FLIGHT REQUESTS\n", stderr);
    return EXIT_FAILURE;
  }
  curl_global_init(CURL_GLOBAL_DEFAULT);
  curl_slist* headers = nullptr;
  for (const char* header : {"Authorization: Bearer benchmark-key",
                             "Content-Type: application/json", "Accept: application/json"}) {
    headers = curl_slist_append(headers, header);
  }
  CURLM* const multi = curl_multi_init();
  std::vector<Request> slots(std::strtoul(argv[3], nullptr, 10));
  curl_multi_setopt(multi, CURLMOPT_PIPELINING, CURLPIPE_MULTIPLEX);
  curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, static_cast<long>(slots.size()));
  for (Request& slot : slots) Prepare(slot, argv[1], argv[2], headers);
  Send(multi, slots, 1'000);
  const rusage before = Usage();
  const size_t good = Send(multi, slots, std::strtoul(argv[4], nullptr, 10));
  const rusage after = Usage();
  std::printf("%zu %ld %ld\n", good, Microseconds(after.ru_utime) - Microseconds(before.ru_utime),
              Microseconds(after.ru_stime) - Microseconds(before.ru_stime));
}
