#include "tests/support/raw_upstream.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <optional>
#include <utility>

namespace suprsend_gateway::testing {
namespace {

constexpr std::chrono::minutes kForever{30};

std::string Lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

// Reads more into `buffer`; false when the connection has ended.
bool ReadMore(int fd, std::string& buffer) {
  char bytes[64 * 1024];
  const ssize_t size = recv(fd, bytes, sizeof(bytes), 0);
  if (size <= 0) return false;
  buffer.append(bytes, static_cast<size_t>(size));
  return true;
}

RawRequest ParseHead(const std::string& head) {
  RawRequest request;
  const std::string line = head.substr(0, head.find("\r\n"));
  const size_t first = line.find(' ');
  const size_t last = line.rfind(' ');
  request.method = line.substr(0, first);
  if (last > first) request.target = line.substr(first + 1, last - first - 1);
  for (size_t at = head.find("\r\n") + 2; at < head.size();) {
    const size_t end = head.find("\r\n", at);
    const std::string header = head.substr(at, end - at);
    at = end + 2;
    const size_t colon = header.find(':');
    if (colon == std::string::npos) continue;
    const size_t value = header.find_first_not_of(' ', colon + 1);
    request.headers.emplace(Lower(header.substr(0, colon)),
                            value == std::string::npos ? "" : header.substr(value));
  }
  return request;
}

// One whole request, or empty when the connection ends before. `buffer` keeps what follows it.
std::optional<RawRequest> ReadRequest(int fd, std::string& buffer) {
  size_t end;
  while ((end = buffer.find("\r\n\r\n")) == std::string::npos) {
    if (!ReadMore(fd, buffer)) return std::nullopt;
  }
  RawRequest request = ParseHead(buffer.substr(0, end + 2));
  buffer.erase(0, end + 4);
  const std::string length_text = request.Header("content-length");
  const size_t length = length_text.empty() ? 0 : std::strtoul(length_text.c_str(), nullptr, 10);
  while (buffer.size() < length) {
    if (!ReadMore(fd, buffer)) return std::nullopt;
  }
  request.body = buffer.substr(0, length);
  buffer.erase(0, length);
  return request;
}

}  // namespace

std::string RawRequest::Header(const std::string& name) const {
  std::string joined;
  const auto [begin, end] = headers.equal_range(name);
  for (auto it = begin; it != end; ++it) joined += (it == begin ? "" : "|") + it->second;
  return joined;
}

void RawConnection::Send(std::string_view bytes) {
  while (fd_ >= 0 && !bytes.empty()) {
    const ssize_t size = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (size <= 0) return;
    bytes.remove_prefix(static_cast<size_t>(size));
  }
}

void RawConnection::Close() {
  if (fd_ >= 0) upstream_.CloseConnection(std::exchange(fd_, -1));
}

void RawConnection::Reset() {
  if (fd_ < 0) return;
  const linger hard{1, 0};
  setsockopt(fd_, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
  Close();
}

void RawConnection::Wait(std::chrono::milliseconds duration) {
  if (fd_ < 0) return;
  // A stopping upstream shuts its connections down, which ends this too.
  pollfd peer{fd_, POLLRDHUP, 0};
  poll(&peer, 1, static_cast<int>(duration.count()));
}

void RawConnection::Stall() { Wait(kForever); }

RawUpstream::RawUpstream(Script script) : script_(std::move(script)) {
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  if (listener_ < 0 || bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      listen(listener_, SOMAXCONN) != 0 ||
      getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    std::abort();
  }
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { Accept(); });
}

RawUpstream::~RawUpstream() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    stopping_ = true;
    for (const int fd : open_fds_) shutdown(fd, SHUT_RDWR);
  }
  shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  close(listener_);
  for (std::thread& thread : threads_) thread.join();
}

void RawUpstream::SetScript(Script script) {
  const std::lock_guard<std::mutex> lock(mutex_);
  script_ = std::move(script);
}

std::string RawUpstream::Url(const std::string& path) const {
  return "http://127.0.0.1:" + std::to_string(port_) + path;
}

std::vector<RawRequest> RawUpstream::Requests() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return requests_;
}

size_t RawUpstream::RequestCount() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return requests_.size();
}

int RawUpstream::ConnectionCount() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return connections_;
}

bool RawUpstream::WaitForRequests(size_t count, std::chrono::milliseconds timeout) const {
  std::unique_lock<std::mutex> lock(mutex_);
  return changed_.wait_for(lock, timeout, [&] { return requests_.size() >= count; });
}

void RawUpstream::ForgetRequests() {
  const std::lock_guard<std::mutex> lock(mutex_);
  requests_.clear();
}

void RawUpstream::CloseConnection(int fd) {
  const std::lock_guard<std::mutex> lock(mutex_);
  open_fds_.erase(fd);
  close(fd);
}

void RawUpstream::Accept() {
  while (true) {
    const int fd = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    const std::lock_guard<std::mutex> lock(mutex_);
    if (stopping_) {
      if (fd >= 0) close(fd);
      return;
    }
    if (fd < 0) continue;
    const int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    open_fds_.insert(fd);
    const int number = ++connections_;
    threads_.emplace_back([this, fd, number] { Serve(fd, number); });
  }
}

void RawUpstream::Serve(int fd, int connection_number) {
  RawConnection connection(*this, fd);
  std::string buffer;
  for (int number = 1; !connection.closed(); ++number) {
    std::optional<RawRequest> request = ReadRequest(fd, buffer);
    if (!request.has_value()) return connection.Close();
    request->connection = connection_number;
    request->number_on_connection = number;
    Script script;
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      requests_.push_back(*request);
      script = script_;
      changed_.notify_all();
    }
    script(*request, connection);
  }
}

std::string HttpResponse(int status, std::string_view body,
                         const std::vector<std::string>& header_lines) {
  std::string response = "HTTP/1.1 " + std::to_string(status) + " Status\r\n";
  for (const std::string& line : header_lines) response += line + "\r\n";
  response += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n";
  return response.append(body);
}

RawUpstream::Script Always(std::string bytes) {
  return [bytes = std::move(bytes)](const RawRequest&, RawConnection& connection) {
    connection.Send(bytes);
  };
}

RawUpstream::Script SendAndClose(std::string bytes) {
  return [bytes = std::move(bytes)](const RawRequest&, RawConnection& connection) {
    connection.Send(bytes);
    connection.Close();
  };
}

}  // namespace suprsend_gateway::testing
