#include "tests/emulator/server.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "tests/emulator/connection_threads.h"
#include "tests/emulator/connections.h"

namespace suprsend_gateway::emulator {
namespace {

// Longer than any client keeps an idle connection, so that it is never the emulator that closes. An
// idle one costs 0.1 % of a core, since cpp-httplib looks at it every 10 ms.
constexpr time_t kKeepAliveSeconds = 3600;
constexpr size_t kKeepAliveMaxCount = 1'000'000'000;

// cpp-httplib adds these to a request's headers; no client sent them.
bool IsMadeUp(const std::string& name) {
  return name == "REMOTE_ADDR" || name == "REMOTE_PORT" || name == "LOCAL_ADDR" ||
         name == "LOCAL_PORT";
}

Request FromHttplib(const httplib::Request& in) {
  const size_t question_mark = in.target.find('?');
  Request request{.method = in.method,
                  .path = in.target.substr(0, question_mark),
                  .body = in.body,
                  .peer = HostPort(in.remote_addr, in.remote_port)};
  if (question_mark != std::string::npos) request.query = in.target.substr(question_mark + 1);
  for (const auto& [name, value] : in.headers) {
    if (!IsMadeUp(name)) request.headers.emplace_back(name, value);
  }
  return request;
}

}  // namespace

Server::Server(UpstreamOptions options)
    : emulator_(std::move(options), [this](auto time) { return Pause(time); }),
      stopping_fd_(eventfd(0, EFD_CLOEXEC)) {
  http_.new_task_queue = [] { return new ConnectionThreads(kMaxConnections); };
  http_.set_keep_alive_timeout(kKeepAliveSeconds);
  http_.set_keep_alive_max_count(kKeepAliveMaxCount);
  http_.set_payload_max_length(kMaxRequestBytes);
  http_.set_tcp_nodelay(true);
  http_.set_socket_options([this](auto fd) {
    // The default also sets SO_REUSEPORT, with which two emulators could share a port unnoticed.
    const int on = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    listen_fd_ = static_cast<int>(fd);
  });
  const auto handler = [this](const httplib::Request& request, httplib::Response& response) {
    Handle(request, response);
  };
  // Routes are the emulator's own, so that a request is logged whatever its path and method.
  const char* const kAnyPath = R"([\s\S]*)";
  http_.Get(kAnyPath, handler);
  http_.Post(kAnyPath, handler);
  http_.Put(kAnyPath, handler);
  http_.Patch(kAnyPath, handler);
  http_.Delete(kAnyPath, handler);
  http_.Options(kAnyPath, handler);
  // Newer versions of cpp-httplib match no pattern with a path of over 256 bytes.
  http_.set_error_handler([handler](const httplib::Request& request, httplib::Response& response) {
    if (response.status == 404 && request.matches.empty()) handler(request, response);
  });
}

Server::~Server() { close(stopping_fd_); }

absl::Status Server::Bind(const std::string& host, int port) {
  errno = 0;
  if (port == 0) {
    port_ = http_.bind_to_any_port(host);
  } else {
    port_ = http_.bind_to_port(host, port) ? port : -1;
  }
  if (port_ <= 0) {
    const char* const reason = errno != 0 ? std::strerror(errno) : "no such address";
    return absl::UnavailableError(
        absl::StrCat("cannot listen on ", HostPort(host, port), ": ", reason));
  }
  // cpp-httplib asks for a backlog of 5, which costs a burst of connections a second each.
  listen(listen_fd_, SOMAXCONN);
  return absl::OkStatus();
}

bool Server::Run() {
  const bool stopped = http_.listen_after_bind();
  finished_ = true;
  return stopped;
}

void Server::Stop() {
  eventfd_write(stopping_fd_, 1);
  // Before its loop runs, cpp-httplib forgets that it was told to stop.
  while (!http_.is_running() && !finished_)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  http_.stop();
  ShutDownAllConnections(port_);
}

void Server::Handle(const httplib::Request& request, httplib::Response& response) {
  const Request ours = FromHttplib(request);
  std::optional<Reply> reply = emulator_.Handle(ours);
  if (!reply) {
    ShutDownConnection(ours.peer, port_);
    return;
  }
  response.status = reply->status;
  response.body = std::move(reply->body);
  for (const auto& [name, value] : reply->headers) response.headers.emplace(name, value);
}

bool Server::Pause(std::chrono::milliseconds time) const {
  const auto end = std::chrono::steady_clock::now() + time;
  pollfd stopping{.fd = stopping_fd_, .events = POLLIN, .revents = 0};
  while (true) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    if (left.count() <= 0) return true;
    if (poll(&stopping, 1, static_cast<int>(left.count())) > 0) return false;
  }
}

}  // namespace suprsend_gateway::emulator
