#ifndef SERVICE_HTTP_HTTP_CLIENT_H_
#define SERVICE_HTTP_HTTP_CLIENT_H_

#include <memory>
#include <stop_token>
#include <string>
#include <variant>

#include "absl/functional/any_invocable.h"
#include "service/clock/scheduler.h"
#include "service/http/header_list.h"

namespace suprsend_gateway::http {

struct HttpRequest {
  std::string url;
  std::shared_ptr<const HeaderList> headers;
  std::string header_of_its_own;  // One line more, as those of HeaderList are; empty: none.
  std::string body;
  clock::TimePoint send_by;   // Nothing is sent after it.
  clock::TimePoint deadline;  // No answer is waited for after it.
  // Once requested, a request that was not sent is never sent; one that was sent is let finish for
  // a short while, so that the connection is kept and the result known.
  std::stop_token abandoned;
};

// A status and all headers came. What it means is for the reader to say.
struct HttpResponse {
  int status = 0;
  std::string content_type;  // Empty: no such header. So for the next.
  std::string retry_after;
  std::string body;
  bool body_complete = true;  // false: it was cut by its end, the deadline or the size limit.
};

enum class TransportError {
  kUnreachable,     // DNS, connecting or the TLS handshake failed.
  kUntrusted,       // The certificate is not trusted.
  kDeadline,        // send_by or the deadline passed.
  kAbandoned,       // `abandoned` was requested.
  kNoRoom,          // Upstream was reached, but no connection had room in time.
  kConnectionLost,  // The connection or the stream ended without an answer.
};

struct TransportFailure {
  TransportError error;
  bool sent;       // The request may have reached the server, wholly or in part.
  int status = 0;  // Of an answer that was not heard to its end; 0: none came.
};

using HttpResult = std::variant<HttpResponse, TransportFailure>;
using HttpCallback = absl::AnyInvocable<void(HttpResult) &&>;

// A seam: tests put scripted exchanges here.
class HttpClient {
 public:
  virtual ~HttpClient() = default;

  // POSTs the body, at most once: a request that may have been sent is not sent again. Redirects
  // are not followed. `done` runs exactly once, on the event loop's thread, and must not block. Any
  // thread.
  virtual void Post(HttpRequest request, HttpCallback done) = 0;
};

}  // namespace suprsend_gateway::http

#endif  // SERVICE_HTTP_HTTP_CLIENT_H_
