#ifndef SUPRSEND_GATEWAY_TESTS_SUPPORT_TLS_CONNECTION_H_
#define SUPRSEND_GATEWAY_TESTS_SUPPORT_TLS_CONNECTION_H_

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "tests/support/http_session.h"
#include "tests/support/server_loop.h"
#include "tests/support/tls_exchange.h"
#include "tests/support/tls_socket.h"

namespace suprsend_gateway::testing {

// How a handshake goes once the client's first message is there.
enum class Handshake {
  kFinish,
  kClose,  // FIN.
  kReset,  // TCP RST.
  kHang,   // Silence, until the client gives up.
};

// One connection of a TlsUpstream; owned by the loop that watches it, on whose thread all of this
// runs.
class TlsConnection : public std::enable_shared_from_this<TlsConnection> {
 public:
  // Hears of requests that came whole with one read.
  using OnRequests = std::function<void(const std::vector<TlsExchange>&)>;

  // Takes `fd` over and has it watched. `loop` must outlive the connection.
  static void Start(ServerLoop& loop, SSL_CTX* context, int fd, int number, Handshake handshake,
                    OnRequests on_requests);

  TlsConnection(ServerLoop& loop, SSL_CTX* context, int fd, int number, Handshake handshake,
                OnRequests on_requests);

  // Lets `say` speak, and sends what it said.
  void Say(const std::function<void(HttpSession&)>& say);
  void SendRaw(std::string_view bytes);
  void EndOutput(bool close_notify);
  void Reset();
  ServerLoop& loop() { return loop_; }

 private:
  void OnReadable();
  void SpoilHandshake();
  void ReadRequests();

  ServerLoop& loop_;
  const int number_;
  Handshake handshake_;
  const OnRequests on_requests_;
  TlsSocket socket_;
  std::unique_ptr<HttpSession> session_;  // Null before the handshake is done.
  int requests_ = 0;
  bool speaking_ = true;  // We have not ended our side.
};

}  // namespace suprsend_gateway::testing

#endif  // SUPRSEND_GATEWAY_TESTS_SUPPORT_TLS_CONNECTION_H_
