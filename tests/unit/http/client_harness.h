#ifndef TESTS_UNIT_HTTP_CLIENT_HARNESS_H_
#define TESTS_UNIT_HTTP_CLIENT_HARNESS_H_

#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "service/http/curl_http_client.h"
#include "service/http/event_loop.h"
#include "service/http/http_client.h"

namespace suprsend_gateway::http {

// Longer than anything takes, under sanitizers on a busy machine too; below ctest's own limit.
inline constexpr std::chrono::seconds kPatience{60};

// What a test says of a request where it does not matter.
struct RequestOptions {
  std::string body = "{}";
  std::vector<std::string> headers = {"Content-Type: application/json"};
  clock::Duration send_by = kPatience;
  clock::Duration deadline = kPatience;
  std::stop_token abandoned;
};

// Limits that a test does not reach by accident.
TransferOptions PatientOptions();

// A client on a loop of its own.
class ClientHarness {
 public:
  explicit ClientHarness(TransferOptions options = PatientOptions());
  // Stops the loop, then takes the client down, as the gateway does.
  ~ClientHarness();

  std::future<HttpResult> Send(const std::string& url, const RequestOptions& options = {});
  // Sends and waits; the result as Describe() has it.
  std::string Ask(const std::string& url, const RequestOptions& options = {});

  EventLoop& loop() { return *loop_; }
  CurlHttpClient& client() { return *client_; }
  void Stop() { loop_->Stop(); }
  void DestroyClient() { client_.reset(); }

 private:
  const std::unique_ptr<EventLoop> loop_;
  std::optional<CurlHttpClient> client_;
};

// The result, or a failure of the test and nullopt where none comes.
std::optional<HttpResult> Await(std::future<HttpResult>& result);

// "200" or "200 cut" (not body_complete); "kUnreachable" or "kUnreachable sent"; "none".
std::string Describe(const std::optional<HttpResult>& result);
std::string AwaitDescription(std::future<HttpResult>& result);

// The response; a failure of the test where it is none.
HttpResponse ResponseOf(std::future<HttpResult> result);

}  // namespace suprsend_gateway::http

#endif  // TESTS_UNIT_HTTP_CLIENT_HARNESS_H_
