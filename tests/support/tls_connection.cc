#include "tests/support/tls_connection.h"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <string>
#include <utility>

namespace suprsend_gateway::testing {
namespace {

uint32_t SegmentsReceived(int fd) {
  tcp_info info{};
  socklen_t size = sizeof(info);
  getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size);
  return info.tcpi_data_segs_in;
}

}  // namespace

void TlsConnection::Start(ServerLoop& loop, SSL_CTX* context, int fd, int number,
                          Handshake handshake, OnRequests on_requests) {
  auto connection =
      std::make_shared<TlsConnection>(loop, context, fd, number, handshake, std::move(on_requests));
  loop.Watch(fd, [connection = std::move(connection)] { connection->OnReadable(); });
}

TlsConnection::TlsConnection(ServerLoop& loop, SSL_CTX* context, int fd, int number,
                             Handshake handshake, OnRequests on_requests)
    : loop_(loop),
      number_(number),
      handshake_(handshake),
      on_requests_(std::move(on_requests)),
      socket_(context, fd) {}

void TlsConnection::OnReadable() {
  if (speaking_ && handshake_ != Handshake::kFinish) SpoilHandshake();
  if (speaking_) {
    ReadRequests();
  } else if (socket_.fd() >= 0 && !socket_.Discard()) {
    loop_.Forget(socket_.fd());
  }
}

void TlsConnection::SpoilHandshake() {
  socket_.Discard();
  speaking_ = false;
  if (handshake_ == Handshake::kClose) socket_.EndOutput(/*close_notify=*/false);
  if (handshake_ == Handshake::kReset) Reset();
}

void TlsConnection::ReadRequests() {
  std::string bytes;
  const bool goes_on = socket_.Read(bytes);
  if (session_ == nullptr && socket_.handshake_done()) {
    session_ = socket_.is_http2() ? MakeHttp2Session() : MakeHttp11Session();
  }
  std::vector<TlsExchange> exchanges;
  if (session_ != nullptr) {
    for (HttpSession::Request& request : session_->Receive(bytes)) {
      exchanges.emplace_back(TlsRequest{.body = std::move(request.body),
                                        .connection = number_,
                                        .number_on_connection = ++requests_,
                                        .stream = request.stream,
                                        .segments = SegmentsReceived(socket_.fd())},
                             weak_from_this());
    }
    socket_.Write(session_->TakeOutput());
  }
  if (!goes_on) {
    speaking_ = false;
    loop_.Forget(socket_.fd());
  }
  if (!exchanges.empty()) on_requests_(exchanges);
}

void TlsConnection::Say(const std::function<void(HttpSession&)>& say) {
  if (!speaking_) return;
  say(*session_);
  socket_.Write(session_->TakeOutput());
}

void TlsConnection::SendRaw(std::string_view bytes) {
  if (speaking_) socket_.Write(bytes);
}

void TlsConnection::EndOutput(bool close_notify) {
  if (std::exchange(speaking_, false)) socket_.EndOutput(close_notify);
}

void TlsConnection::Reset() {
  speaking_ = false;
  if (socket_.fd() < 0) return;
  loop_.Forget(socket_.fd());
  socket_.Reset();
}

}  // namespace suprsend_gateway::testing
