#ifndef SERVICE_HTTP_TRANSFER_H_
#define SERVICE_HTTP_TRANSFER_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>

#include "absl/functional/any_invocable.h"
#include "service/http/curl_easy.h"
#include "service/http/event_loop.h"
#include "service/http/http_client.h"

namespace suprsend_gateway::http {

// What is the same for every request of a client.
struct TransferOptions {
  std::string user_agent;
  std::string ca_file;  // Empty: the system's certificate authorities.
  clock::Duration connect_timeout = std::chrono::seconds(2);
  size_t max_body_bytes = size_t{8} << 20;
};

// One libcurl easy handle with what a request on it needs. Used for one request after another,
// since setting a handle up is dear. Belongs to the event loop's thread.
class Transfer {
 public:
  explicit Transfer(const TransferOptions& options);
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  // Makes the handle ready for `request`. `on_abandon` runs, on any thread, when the request is
  // abandoned before Take() has been called.
  void Prepare(HttpRequest request, HttpCallback done, uint64_t id,
               absl::AnyInvocable<void()> on_abandon);

  // What libcurl's `code` at the end of the transfer means, given how far it had come.
  HttpResult Result(CURLcode code);

  // Ends the request: hands out its callback and drops what it held.
  HttpCallback Take();

  // Until when it must have been sent: the connect timeout, or send_by if that is sooner.
  clock::TimePoint send_limit() const;

  // For the owner: what ends the transfer at send_limit().
  std::optional<EventLoop::TimerId> send_timer;

  CURL* easy() const { return easy_.get(); }
  uint64_t id() const { return id_; }
  bool sent() const { return sends_ > 0; }

  static Transfer* Of(CURL* easy);

 private:
  static int OnSend(void* self, char*, char*, int, int);
  static size_t OnHeader(char* data, size_t size, size_t count, void* self);
  static size_t OnBody(char* data, size_t size, size_t count, void* self);

  TransportError ErrorBeforeSend(CURLcode code) const;
  std::string Header(const char* name) const;

  CurlEasy easy_;
  const TransferOptions& options_;
  uint64_t id_ = 0;
  HttpRequest request_;
  HttpCallback done_;
  std::optional<std::stop_callback<absl::AnyInvocable<void()>>> on_abandon_;
  int sends_ = 0;             // How often libcurl was about to send; the second time it is stopped.
  bool has_headers_ = false;  // A final status line and all of its headers came.
  std::string body_;
};

}  // namespace suprsend_gateway::http

#endif  // SERVICE_HTTP_TRANSFER_H_
