#include "tests/support/tls_upstream.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <utility>

namespace suprsend_gateway::testing {

TlsUpstream::TlsUpstream(const Options& options, TlsScript script)
    : http2_(options.http2),
      script_(std::move(script)),
      handshake_([](int) { return Handshake::kFinish; }),
      context_(MakeServerContext(options.certificate, options.http2)) {
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  if (listener_ < 0 || bind(listener_, generic, size) != 0 || listen(listener_, SOMAXCONN) != 0 ||
      getsockname(listener_, generic, &size) != 0) {
    std::abort();
  }
  port_ = ntohs(address.sin_port);
  loop_.Watch(listener_, [this] { Accept(); });
  loop_.Start();
}

TlsUpstream::~TlsUpstream() {
  loop_.Stop();
  close(listener_);
}

void TlsUpstream::SetScript(TlsScript script) {
  const std::lock_guard<std::mutex> lock(mutex_);
  script_ = std::move(script);
}

void TlsUpstream::SetHandshake(std::function<Handshake(int connection)> handshake) {
  const std::lock_guard<std::mutex> lock(mutex_);
  handshake_ = std::move(handshake);
}

void TlsUpstream::SetCertificate(const CertificateFiles& certificate) {
  const std::lock_guard<std::mutex> lock(mutex_);
  context_ = MakeServerContext(certificate, http2_);
}

std::string TlsUpstream::Url() const { return "https://127.0.0.1:" + std::to_string(port_) + "/"; }

std::vector<TlsRequest> TlsUpstream::Requests() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return requests_;
}

size_t TlsUpstream::RequestCount() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return requests_.size();
}

int TlsUpstream::ConnectionCount() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return connections_;
}

bool TlsUpstream::WaitForRequests(size_t count, std::chrono::milliseconds timeout) const {
  std::unique_lock<std::mutex> lock(mutex_);
  return changed_.wait_for(lock, timeout, [&] { return requests_.size() >= count; });
}

void TlsUpstream::ForgetRequests() {
  const std::lock_guard<std::mutex> lock(mutex_);
  requests_.clear();
}

void TlsUpstream::Accept() {
  int fd;
  while ((fd = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
    const int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    const std::lock_guard<std::mutex> lock(mutex_);
    const int number = ++connections_;
    TlsConnection::Start(loop_, context_.get(), fd, number, handshake_(number),
                         [this](const auto& exchanges) { OnRequests(exchanges); });
  }
}

void TlsUpstream::OnRequests(const std::vector<TlsExchange>& exchanges) {
  TlsScript script;
  {
    // All of them were read: what the script does for one must not come before the record of
    // another.
    const std::lock_guard<std::mutex> lock(mutex_);
    for (const TlsExchange& exchange : exchanges) requests_.push_back(exchange.request());
    script = script_;
    changed_.notify_all();
  }
  for (TlsExchange exchange : exchanges) script(exchange);
}

}  // namespace suprsend_gateway::testing
