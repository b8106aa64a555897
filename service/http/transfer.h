#ifndef SERVICE_HTTP_TRANSFER_H_
#define SERVICE_HTTP_TRANSFER_H_

#include <cstddef>
#include <cstdint>
#include <list>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "service/http/curl_easy.h"
#include "service/http/event_loop.h"
#include "service/http/http_client.h"
#include "service/http/trust_store.h"

namespace suprsend_gateway::http {

// What is the same for every request of a client.
struct TransferOptions {
  std::string user_agent;
  std::string ca_file;  // Empty: the system's certificate authorities.
  clock::Duration connect_timeout = std::chrono::seconds(2);
  size_t max_body_bytes = size_t{8} << 20;
};

class Lane;
class Transfer;

// Hears of each transfer right before it is sent, inside libcurl: must not call libcurl's multi
// interface.
class SendObserver {
 public:
  // It is the first on its connection: the socket `fd`, from that port of this host.
  virtual void OnConnected(Transfer& transfer, int local_port, int fd) = 0;
  // On a connection that served others before: whether it has ended, or over HTTP/1.1 has something
  // to read. That would be taken for the answer to this request: a late answer to another caller's,
  // or the server's word on the connection.
  virtual bool IsSpoilt(Transfer& transfer, int local_port, bool is_http2) = 0;
  virtual void OnSend(Transfer& transfer, bool is_http2) = 0;

 protected:
  ~SendObserver() = default;
};

// One libcurl easy handle with what a request on it needs. Used for one request after another,
// since setting a handle up is dear. Belongs to the event loop's thread.
class Transfer {
 public:
  // All must outlive it.
  Transfer(const TransferOptions& options, const TrustStore& trust, SendObserver& observer);
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

  // Until when it must have been sent: the connect timeout, or what of the request is sooner.
  clock::TimePoint send_limit() const { return send_limit_; }
  clock::TimePoint deadline() const { return request_.deadline; }

  // Whether it ended unsent, since the connection that it was given cannot be used again: then it
  // can go on a fresh one, as TakeFreshConnection() makes it.
  bool met_spoilt_connection() const { return met_spoilt_connection_; }
  void TakeFreshConnection();

  // For the owner.
  std::optional<EventLoop::TimerId> timer;  // What ends it when its time is over.
  Lane* lane = nullptr;                     // Where it is; nullptr: it waits for one.
  std::list<Transfer*>::iterator place;     // In the list that it stands in.

  CURL* easy() const { return easy_.get(); }
  uint64_t id() const { return id_; }
  bool sent() const { return sends_ > 0; }
  bool is_https() const { return is_https_; }

  static Transfer* Of(CURL* easy);

 private:
  static int OnSocket(void* self, curl_socket_t fd, curlsocktype);
  static int BeforeSend(void* self, char*, char*, int, int local_port);
  static size_t OnHeader(char* data, size_t size, size_t count, void* self);
  static size_t OnBody(char* data, size_t size, size_t count, void* self);

  void SetUrl(const std::string& url);
  curl_slist* HeaderLines();
  TransportError ErrorBeforeSend(CURLcode code) const;
  std::string Header(const char* name) const;
  bool HasWholeBody() const;
  // All of the answer is there, and not all of the request has been sent.
  bool IsAnsweredEarly() const;

  CurlUrl parsed_url_;  // The handle points to it, so it goes after the handle.
  std::string url_;
  CurlEasy easy_;
  const TransferOptions& options_;
  SendObserver& observer_;
  uint64_t id_ = 0;
  HttpRequest request_;
  curl_slist own_header_{};  // The line that request_ has of its own, before those that it shares.
  HttpCallback done_;
  std::optional<std::stop_callback<absl::AnyInvocable<void()>>> on_abandon_;
  bool is_https_ = false;
  clock::TimePoint send_limit_;
  bool met_spoilt_connection_ = false;
  std::vector<int> sockets_;  // Opened for this request.
  int sends_ = 0;             // How often libcurl was about to send; the second time it is stopped.
  bool has_headers_ = false;  // A final status line and all of its headers came.
  std::string body_;
};

}  // namespace suprsend_gateway::http

#endif  // SERVICE_HTTP_TRANSFER_H_
