#include "tests/support/raw_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "tests/support/wait.h"

namespace suprsend_gateway::testing {
namespace http2 {
namespace {

// A string, not Huffman-coded; its length is below 127 or in the further bytes of HPACK's integers.
std::string String(std::string_view text) {
  std::string bytes;
  size_t size = text.size();
  if (size < 127) {
    bytes += static_cast<char>(size);
  } else {
    bytes += static_cast<char>(127);
    for (size -= 127; size >= 128; size /= 128) bytes += static_cast<char>(size % 128 + 128);
    bytes += static_cast<char>(size);
  }
  return bytes.append(text);
}

}  // namespace

std::string Number(uint32_t value) {
  const uint32_t in_order = htonl(value);
  return {reinterpret_cast<const char*>(&in_order), sizeof(in_order)};
}

std::string Frame(char type, int flags, uint32_t stream, std::string_view payload) {
  std::string bytes = Number(static_cast<uint32_t>(payload.size())).substr(1);
  bytes += type;
  bytes += static_cast<char>(flags);
  return bytes.append(Number(stream)).append(payload);
}

std::string Hello() { return "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + Frame(kSettings, 0, 0); }

std::string HeaderBlock(const std::vector<std::pair<std::string, std::string>>& headers) {
  std::string block;
  for (const auto& [name, value] : headers) {
    block += '\0';
    block += String(name) + String(value);
  }
  return block;
}

std::string CallHeaders() {
  return HeaderBlock({{":method", "POST"},
                      {":scheme", "http"},
                      {":path", "/suprsend.gateway.v1.WorkflowService/CancelWorkflow"},
                      {":authority", "gateway.internal"},
                      {"content-type", "application/grpc"},
                      {"te", "trailers"}});
}

}  // namespace http2

RawClient::RawClient(const std::string& address)
    : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  to.sin_port = htons(static_cast<uint16_t>(std::stoi(address.substr(address.rfind(':') + 1))));
  const timeval patience = {.tv_sec = kPatience.count(), .tv_usec = 0};
  setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
  setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
  if (fd_ >= 0 && connect(fd_, reinterpret_cast<const sockaddr*>(&to), sizeof(to)) != 0) {
    close(std::exchange(fd_, -1));
  }
}

RawClient::~RawClient() {
  if (fd_ >= 0) close(fd_);
}

bool RawClient::Send(std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t sent = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
  return true;
}

bool RawClient::WaitForFrame(char type) {
  for (;;) {
    while (buffer_.size() < 9) {
      if (!ReadSome()) return false;
    }
    const auto byte = [this](size_t at) { return static_cast<unsigned char>(buffer_[at]); };
    const size_t size = 9 + (size_t{byte(0)} << 16 | size_t{byte(1)} << 8 | byte(2));
    const bool found = buffer_[3] == type;
    while (buffer_.size() < size) {
      if (!ReadSome()) return false;
    }
    buffer_.erase(0, size);
    if (found) return true;
  }
}

bool RawClient::WaitForClose(std::chrono::milliseconds time) const {
  const auto end = std::chrono::steady_clock::now() + time;
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(
        std::max(end - std::chrono::steady_clock::now(), {}));
    pollfd waited = {.fd = fd_, .events = POLLIN, .revents = 0};
    if (poll(&waited, 1, static_cast<int>(left.count())) <= 0) return false;
    std::array<char, 4096> bytes;
    if (recv(fd_, bytes.data(), bytes.size(), 0) <= 0) return true;
  }
}

bool RawClient::ReadSome() {
  std::array<char, 4096> bytes;
  const ssize_t got = recv(fd_, bytes.data(), bytes.size(), 0);
  if (got > 0) buffer_.append(bytes.data(), static_cast<size_t>(got));
  return got > 0;
}

}  // namespace suprsend_gateway::testing
