#ifndef SUPRSEND_GATEWAY_TESTS_SUPPORT_HTTP_SESSION_H_
#define SUPRSEND_GATEWAY_TESTS_SUPPORT_HTTP_SESSION_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace suprsend_gateway::testing {

// A server's side of HTTP on one connection, without the connection: bytes go in, and requests and
// bytes come out. `stream` says which request is meant over HTTP/2; over HTTP/1.1 it is 0.
class HttpSession {
 public:
  struct Request {
    std::string body;
    int32_t stream = 0;
  };

  virtual ~HttpSession() = default;

  // Takes what the client has sent; the requests that are whole with it, oldest first.
  virtual std::vector<Request> Receive(std::string_view bytes) = 0;
  // What is to be sent since the last call.
  virtual std::string TakeOutput() = 0;

  virtual void Answer(int32_t stream, int status, std::string_view body) = 0;
  // The headers of that answer and the first half of its body.
  virtual void AnswerHalf(int32_t stream, int status, std::string_view body) = 0;
  virtual void AnswerWithoutEnd(int32_t stream, int status, std::string_view body) = 0;
  // A beginning that says 200 and is cut within the headers.
  virtual void AnswerHalfHead(int32_t stream) = 0;

  // HTTP/2 alone; the test fails over HTTP/1.1.
  virtual void ResetStream(int32_t stream, uint32_t error_code) = 0;
  virtual void GoAway(int32_t last_stream) = 0;
  // The highest stream that the client has opened.
  virtual int32_t NewestStream() const = 0;
};

std::unique_ptr<HttpSession> MakeHttp11Session();
// Allows 100 streams at a time, as upstreams do.
std::unique_ptr<HttpSession> MakeHttp2Session();

}  // namespace suprsend_gateway::testing

#endif  // SUPRSEND_GATEWAY_TESTS_SUPPORT_HTTP_SESSION_H_
