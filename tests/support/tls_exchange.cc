#include "tests/support/tls_exchange.h"

#include <utility>
#include <vector>

#include "tests/support/tls_connection.h"

namespace suprsend_gateway::testing {

TlsExchange::TlsExchange(TlsRequest request, std::weak_ptr<TlsConnection> connection)
    : request_(std::move(request)), connection_(std::move(connection)) {}

void TlsExchange::Answer(int status, std::string_view body) {
  if (const auto connection = connection_.lock()) {
    connection->Say([&](HttpSession& http) { http.Answer(request_.stream, status, body); });
  }
}

void TlsExchange::AnswerHalf(int status, std::string_view body) {
  if (const auto connection = connection_.lock()) {
    connection->Say([&](HttpSession& http) { http.AnswerHalf(request_.stream, status, body); });
  }
}

void TlsExchange::AnswerWithoutEnd(int status, std::string_view body) {
  if (const auto connection = connection_.lock()) {
    connection->Say(
        [&](HttpSession& http) { http.AnswerWithoutEnd(request_.stream, status, body); });
  }
}

void TlsExchange::AnswerHalfHead() {
  if (const auto connection = connection_.lock()) {
    connection->Say([&](HttpSession& http) { http.AnswerHalfHead(request_.stream); });
  }
}

void TlsExchange::SendRaw(std::string_view bytes) {
  if (const auto connection = connection_.lock()) connection->SendRaw(bytes);
}

void TlsExchange::ResetStream(uint32_t error_code) {
  if (const auto connection = connection_.lock()) {
    connection->Say([&](HttpSession& http) { http.ResetStream(request_.stream, error_code); });
  }
}

void TlsExchange::GoAway(int32_t last_stream) {
  if (const auto connection = connection_.lock()) {
    connection->Say([&](HttpSession& http) { http.GoAway(last_stream); });
  }
}

int32_t TlsExchange::NewestStream() const {
  int32_t newest = 0;
  if (const auto connection = connection_.lock()) {
    connection->Say([&](const HttpSession& http) { newest = http.NewestStream(); });
  }
  return newest;
}

void TlsExchange::Close() {
  if (const auto connection = connection_.lock()) connection->EndOutput(/*close_notify=*/true);
}

void TlsExchange::Cut() {
  if (const auto connection = connection_.lock()) connection->EndOutput(/*close_notify=*/false);
}

void TlsExchange::Reset() {
  if (const auto connection = connection_.lock()) connection->Reset();
}

void TlsExchange::After(std::chrono::milliseconds delay, std::function<void(TlsExchange&)> then) {
  if (const auto connection = connection_.lock()) {
    connection->loop().After(
        delay, [exchange = *this, then = std::move(then)]() mutable { then(exchange); });
  }
}

TlsScript AnswerWith(std::string body) {
  return [body = std::move(body)](TlsExchange& exchange) { exchange.Answer(200, body); };
}

TlsScript Gathered(size_t count, TlsScript script) {
  auto held = std::make_shared<std::vector<TlsExchange>>();
  return [count, held, script = std::move(script)](TlsExchange& exchange) {
    held->push_back(exchange);
    if (held->size() < count) return;
    for (size_t i = held->size() == count ? 0 : held->size() - 1; i < held->size(); ++i) {
      script((*held)[i]);
    }
  };
}

}  // namespace suprsend_gateway::testing
