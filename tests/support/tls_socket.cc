#include "tests/support/tls_socket.h"

#include <gtest/gtest.h>
#include <openssl/err.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <utility>

namespace suprsend_gateway::testing {
namespace {

// As ALPN writes lists: each name after its length.
constexpr std::string_view kHttp2 = "\x02h2";
constexpr std::string_view kHttp11 = "\x08http/1.1";

int SelectProtocol(SSL*, const unsigned char** selected, unsigned char* selected_size,
                   const unsigned char* offered, unsigned int offered_size, void* http2) {
  const std::string_view own = http2 != nullptr ? kHttp2 : kHttp11;
  unsigned char* found = nullptr;
  if (SSL_select_next_proto(
          &found, selected_size, reinterpret_cast<const unsigned char*>(own.data()),
          static_cast<unsigned int>(own.size()), offered, offered_size) != OPENSSL_NPN_NEGOTIATED) {
    return SSL_TLSEXT_ERR_NOACK;
  }
  *selected = found;
  return SSL_TLSEXT_ERR_OK;
}

}  // namespace

std::shared_ptr<SSL_CTX> MakeServerContext(const CertificateFiles& certificate, bool http2) {
  std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_server_method()), OpensslDeleter());
  if (SSL_CTX_use_certificate_file(context.get(), certificate.certificate.c_str(),
                                   SSL_FILETYPE_PEM) != 1 ||
      SSL_CTX_use_PrivateKey_file(context.get(), certificate.key.c_str(), SSL_FILETYPE_PEM) != 1) {
    std::abort();
  }
  // Only whether it is null counts.
  SSL_CTX_set_alpn_select_cb(context.get(), &SelectProtocol, http2 ? context.get() : nullptr);
  return context;
}

TlsSocket::TlsSocket(SSL_CTX* context, int fd) : ssl_(SSL_new(context)), fd_(fd) {
  if (ssl_ == nullptr || SSL_set_fd(ssl_.get(), fd) != 1) std::abort();
  SSL_set_accept_state(ssl_.get());
}

TlsSocket::~TlsSocket() {
  if (fd_ >= 0) close(fd_);
}

bool TlsSocket::Read(std::string& bytes) {
  char buffer[16 * 1024];
  while (true) {
    // The queue of errors is the thread's, and an old one would be taken for this call's.
    ERR_clear_error();
    const int size = SSL_read(ssl_.get(), buffer, sizeof(buffer));
    if (size <= 0) return SSL_get_error(ssl_.get(), size) == SSL_ERROR_WANT_READ;
    bytes.append(buffer, static_cast<size_t>(size));
  }
}

bool TlsSocket::is_http2() const {
  const unsigned char* name = nullptr;
  unsigned int size = 0;
  SSL_get0_alpn_selected(ssl_.get(), &name, &size);
  return std::string_view(reinterpret_cast<const char*>(name), size) == kHttp2.substr(1);
}

void TlsSocket::Write(std::string_view bytes) {
  if (bytes.empty() || fd_ < 0) return;
  ERR_clear_error();
  const int size = SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()));
  // Any other error is a peer that has gone.
  if (size <= 0 && SSL_get_error(ssl_.get(), size) == SSL_ERROR_WANT_WRITE) {
    ADD_FAILURE() << "the socket did not take " << bytes.size() << " bytes at once";
  }
}

bool TlsSocket::Discard() const {
  char buffer[16 * 1024];
  ssize_t size;
  while ((size = recv(fd_, buffer, sizeof(buffer), 0)) > 0) continue;
  return size < 0 && (errno == EAGAIN || errno == EINTR);
}

void TlsSocket::EndOutput(bool close_notify) {
  if (fd_ < 0) return;
  ERR_clear_error();
  if (close_notify) SSL_shutdown(ssl_.get());
  shutdown(fd_, SHUT_WR);
}

void TlsSocket::Reset() {
  if (fd_ < 0) return;
  const linger hard{1, 0};
  setsockopt(fd_, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
  close(std::exchange(fd_, -1));
}

}  // namespace suprsend_gateway::testing
