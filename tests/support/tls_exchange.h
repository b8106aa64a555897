#ifndef SUPRSEND_GATEWAY_TESTS_SUPPORT_TLS_EXCHANGE_H_
#define SUPRSEND_GATEWAY_TESTS_SUPPORT_TLS_EXCHANGE_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace suprsend_gateway::testing {

// A POST that came whole.
struct TlsRequest {
  std::string body;
  // Counted from 1: the connection it came on, and its place on that connection.
  int connection = 0;
  int number_on_connection = 0;
  // 0 over HTTP/1.1.
  int32_t stream = 0;
  // TCP segments with data that had come on that connection by then.
  uint32_t segments = 0;
};

class TlsConnection;

// One request in the hands of a script, which says what happens now that all of it was read. A copy
// may be kept for later; where the connection has gone, nothing happens. For the upstream's own
// thread. A script that does nothing leaves the client in silence.
class TlsExchange {
 public:
  TlsExchange(TlsRequest request, std::weak_ptr<TlsConnection> connection);

  const TlsRequest& request() const { return request_; }

  void Answer(int status, std::string_view body);
  // The headers of that answer and the first half of its body.
  void AnswerHalf(int status, std::string_view body);
  // All of an answer, without the END_STREAM that should come with it: for HTTP/2 alone.
  void AnswerWithoutEnd(int status, std::string_view body);
  // A beginning that says 200 and is cut within the headers.
  void AnswerHalfHead();
  // Any bytes, past the HTTP code.
  void SendRaw(std::string_view bytes);

  // RST_STREAM and GOAWAY, for HTTP/2 alone.
  void ResetStream(uint32_t error_code);
  void GoAway(int32_t last_stream);
  // The highest stream that the client has opened on the connection.
  int32_t NewestStream() const;

  // The end of the whole connection: in order, that is close_notify and FIN; without close_notify;
  // with a TCP RST.
  void Close();
  void Cut();
  void Reset();

  void After(std::chrono::milliseconds delay, std::function<void(TlsExchange&)> then);

 private:
  TlsRequest request_;
  std::weak_ptr<TlsConnection> connection_;
};

using TlsScript = std::function<void(TlsExchange&)>;

// Answers every request with 200 and this body.
TlsScript AnswerWith(std::string body);

// Holds requests back until `count` are there, then plays `script` for each of them in the order in
// which they came. What comes later is played at once.
TlsScript Gathered(size_t count, TlsScript script);

}  // namespace suprsend_gateway::testing

#endif  // SUPRSEND_GATEWAY_TESTS_SUPPORT_TLS_EXCHANGE_H_
