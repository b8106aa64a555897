#include "service/http/transfer.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <chrono>
#include <string_view>
#include <utility>

#include "service/base/local_port.h"
#include "service/http/connection_state.h"

namespace suprsend_gateway::http {
namespace {

// A connection whose peer acknowledges nothing for so long is dead; without it, requests would go
// on being put on it for a quarter of an hour.
constexpr int kUnacknowledgedLimitMs = 10'000;
// Below the 60 s after which common load balancers drop an idle connection.
constexpr long kMaxIdleSeconds = 50;
// Of each transfer in flight, and libcurl adds one. Usual replies are smaller; longer ones come in
// pieces.
constexpr long kReceiveBufferBytes = (2 << 10) - 1;
// The least that libcurl allows; its default is 64 KiB.
constexpr long kSendBufferBytes = 16 << 10;
// Connections are renewed now and then, so that a change in DNS is followed.
constexpr long kMaxConnectionSeconds = 300;

bool IsUntrusted(CURLcode code) {
  return code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_ISSUER_ERROR ||
         code == CURLE_SSL_INVALIDCERTSTATUS || code == CURLE_SSL_CACERT_BADFILE;
}

}  // namespace

Transfer::Transfer(const TransferOptions& options, const TrustStore& trust, SendObserver& observer)
    : easy_(curl_easy_init()), options_(options), observer_(observer) {
  CURL* easy = easy_.get();
  SetPointer(easy, CURLOPT_PRIVATE, this);
  SetLong(easy, CURLOPT_NOSIGNAL, 1);
  SetString(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  SetLong(easy, CURLOPT_FOLLOWLOCATION, 0);
  SetString(easy, CURLOPT_PROXY, "");
  SetString(easy, CURLOPT_USERAGENT, options_.user_agent.c_str());
  SetLong(easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_2TLS);
  SetLong(easy, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2);
  trust.ApplyTo(easy);
  SetLong(easy, CURLOPT_MAXAGE_CONN, kMaxIdleSeconds);
  SetLong(easy, CURLOPT_MAXLIFETIME_CONN, kMaxConnectionSeconds);
  // Without it, giving up on a request whose name is still being resolved joins the resolver's
  // thread, and so blocks the loop.
  SetLong(easy, CURLOPT_QUICK_EXIT, 1);
  SetLong(easy, CURLOPT_POST, 1);
  SetLong(easy, CURLOPT_BUFFERSIZE, kReceiveBufferBytes);
  SetLong(easy, CURLOPT_UPLOAD_BUFFERSIZE, kSendBufferBytes);
  curl_easy_setopt(easy, CURLOPT_SOCKOPTFUNCTION, &Transfer::OnSocket);
  SetPointer(easy, CURLOPT_SOCKOPTDATA, this);
  curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, &Transfer::BeforeSend);
  SetPointer(easy, CURLOPT_PREREQDATA, this);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &Transfer::OnHeader);
  SetPointer(easy, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &Transfer::OnBody);
  SetPointer(easy, CURLOPT_WRITEDATA, this);
}

void Transfer::Prepare(HttpRequest request, HttpCallback done, uint64_t id,
                       absl::AnyInvocable<void()> on_abandon) {
  id_ = id;
  request_ = std::move(request);
  done_ = std::move(done);
  is_https_ = request_.url.starts_with("https:");
  send_limit_ = std::min({request_.send_by, request_.deadline,
                          std::chrono::steady_clock::now() + options_.connect_timeout});
  met_spoilt_connection_ = false;
  sockets_.clear();
  sends_ = 0;
  has_headers_ = false;
  CURL* easy = easy_.get();
  SetUrl(request_.url);
  SetLong(easy, CURLOPT_FRESH_CONNECT, 0);
  SetPointer(easy, CURLOPT_HTTPHEADER, HeaderLines());
  SetPointer(easy, CURLOPT_POSTFIELDS, request_.body.data());
  SetLong(easy, CURLOPT_POSTFIELDSIZE, static_cast<long>(request_.body.size()));
  on_abandon_.emplace(request_.abandoned, std::move(on_abandon));
}

// libcurl would take it apart and put it together again for each request.
void Transfer::SetUrl(const std::string& url) {
  if (url == url_) return;
  url_ = url;
  parsed_url_.reset(curl_url());
  curl_url_set(parsed_url_.get(), CURLUPART_URL, url.c_str(), 0);
  SetPointer(easy(), CURLOPT_CURLU, parsed_url_.get());
}

curl_slist* Transfer::HeaderLines() {
  if (request_.header_of_its_own.empty()) return request_.headers->curl_list();
  own_header_ = {.data = request_.header_of_its_own.data(), .next = request_.headers->curl_list()};
  return &own_header_;
}

HttpResult Transfer::Result(CURLcode code) {
  const int status = static_cast<int>(GetLong(easy_.get(), CURLINFO_RESPONSE_CODE));
  const bool is_success = status >= 200 && status < 300;
  const bool over_limit = code == CURLE_WRITE_ERROR;
  const bool is_whole = code == CURLE_OK || HasWholeBody();
  // A refusal counts once its headers are there; a success needs the whole of its body. (libcurl
  // takes a connection that ends inside the headers for the end of a reply.)
  if (has_headers_ && (is_whole || over_limit || !is_success)) {
    return HttpResponse{.status = status,
                        .content_type = Header("Content-Type"),
                        .retry_after = Header("Retry-After"),
                        .body = std::move(body_),
                        .body_complete = is_whole};
  }
  if (!sent()) return TransportFailure{ErrorBeforeSend(code), false};
  return TransportFailure{code == CURLE_OPERATION_TIMEDOUT ? TransportError::kDeadline
                                                           : TransportError::kConnectionLost,
                          true, has_headers_ ? status : 0};
}

void Transfer::TakeFreshConnection() {
  met_spoilt_connection_ = false;
  SetLong(easy(), CURLOPT_FRESH_CONNECT, 1);
}

TransportError Transfer::ErrorBeforeSend(CURLcode code) const {
  if (request_.abandoned.stop_requested()) return TransportError::kAbandoned;
  if (std::chrono::steady_clock::now() >= request_.send_by) return TransportError::kDeadline;
  return IsUntrusted(code) ? TransportError::kUntrusted : TransportError::kUnreachable;
}

HttpCallback Transfer::Take() {
  on_abandon_.reset();
  request_ = HttpRequest();
  body_ = std::string();  // It may have grown to megabytes.
  return std::move(done_);
}

Transfer* Transfer::Of(CURL* easy) {
  char* self = nullptr;
  curl_easy_getinfo(easy, CURLINFO_PRIVATE, &self);
  return reinterpret_cast<Transfer*>(self);
}

std::string Transfer::Header(const char* name) const {
  curl_header* header = nullptr;
  if (curl_easy_header(easy_.get(), name, 0, CURLH_HEADER, -1, &header) != CURLHE_OK) return "";
  return header->value;
}

// Whether all came that was announced; libcurl says -1 where nothing was. An answer may come before
// the request has been read, and the stream be ended then, which is no failure of it (RFC
// 9113, 8.1) and is one to libcurl.
bool Transfer::HasWholeBody() const {
  const curl_off_t announced = GetOffset(easy(), CURLINFO_CONTENT_LENGTH_DOWNLOAD_T);
  return announced == static_cast<curl_off_t>(body_.size());
}

bool Transfer::IsAnsweredEarly() const {
  const curl_off_t sent = GetOffset(easy(), CURLINFO_SIZE_UPLOAD_T);
  return sent < static_cast<curl_off_t>(request_.body.size()) && HasWholeBody();
}

int Transfer::OnSocket(void* self, curl_socket_t fd, curlsocktype) {
  setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &kUnacknowledgedLimitMs,
             sizeof(kUnacknowledgedLimitMs));
  static_cast<Transfer*>(self)->sockets_.push_back(fd);
  return CURL_SOCKOPT_OK;
}

// Called right before libcurl sends the request, and again before it re-sends it by itself, which
// it does where a reused connection died or a stream was refused.
int Transfer::BeforeSend(void* self, char*, char*, int, int local_port) {
  auto& transfer = *static_cast<Transfer*>(self);
  const bool may_send = transfer.sends_ == 0 && !transfer.request_.abandoned.stop_requested() &&
                        std::chrono::steady_clock::now() < transfer.request_.send_by;
  if (!may_send) return CURL_PREREQFUNC_ABORT;
  CURL* const easy = transfer.easy();
  const bool is_http2 = SpeaksHttp2(easy);
  if (IsReused(easy) && transfer.observer_.IsSpoilt(transfer, local_port, is_http2)) {
    transfer.met_spoilt_connection_ = true;
    return CURL_PREREQFUNC_ABORT;
  }
  // Several were opened where the first was slow to connect.
  for (const int fd : transfer.sockets_) {
    if (base::LocalPort(fd) == local_port) transfer.observer_.OnConnected(transfer, local_port, fd);
  }
  ++transfer.sends_;
  transfer.observer_.OnSend(transfer, is_http2);
  return CURL_PREREQFUNC_OK;
}

size_t Transfer::OnHeader(char* data, size_t size, size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  const std::string_view line(data, size * count);
  if (line == "\r\n" || line == "\n") {
    transfer.has_headers_ = GetLong(transfer.easy(), CURLINFO_RESPONSE_CODE) >= 200;
  }
  return size * count;
}

size_t Transfer::OnBody(char* data, size_t size, size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  if (transfer.body_.size() + size * count > transfer.options_.max_body_bytes) return 0;
  transfer.body_.append(data, size * count);
  // libcurl would go on sending a request to which all of the answer is there.
  return transfer.IsAnsweredEarly() ? 0 : size * count;
}

}  // namespace suprsend_gateway::http
