#include "tests/support/nginx.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <random>
#include <sstream>
#include <thread>

namespace suprsend_gateway::testing {
namespace {

// Another process may take the port between our look and nginx's bind.
constexpr int kTries = 5;
constexpr std::chrono::seconds kStartTimeout{30};
constexpr std::chrono::milliseconds kPoll{10};

sockaddr_in Loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<uint16_t>(port));
  return address;
}

bool Listens(int port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = Loopback(port);
  const bool connected =
      connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
  close(fd);
  return connected;
}

std::string Config(int port, const Nginx::Options& options) {
  std::ostringstream config;
  // One process, so that ending it ends all of nginx.
  config << "daemon off;\nmaster_process off;\npid nginx.pid;\nerror_log stderr notice;\n"
         << "events { worker_connections 4096; }\n"
         << "http {\n"
         << "  log_format test '$server_protocol $connection $status $request_uri';\n"
         << "  access_log access.log test;\n"
         << "  client_body_temp_path body;\n  proxy_temp_path proxy;\n  fastcgi_temp_path fcgi;\n"
         << "  uwsgi_temp_path uwsgi;\n  scgi_temp_path scgi;\n"
         << "  client_max_body_size 2m;\n"
         << "  server {\n"
         << "    listen 127.0.0.1:" << port << " ssl" << (options.http2 ? " http2" : "")
         << " backlog=4096;\n"
         << "    ssl_certificate " << options.certificate.certificate << ";\n"
         << "    ssl_certificate_key " << options.certificate.key << ";\n"
         << options.server_lines << "\n"
         << "    location / { proxy_pass " << options.upstream_url << "; }\n"
         << "  }\n}\n";
  return config.str();
}

// Below those that the system gives out by itself, from 32,768 on: another test's connection would
// get the port in the moment in which nothing listens on it.
constexpr int kFirstUnusedPort = 10'000;
constexpr unsigned kUnusedPorts = 20'000;

}  // namespace

Nginx::Nginx(const Options& options) {
  for (int i = 0; i < kTries; ++i) {
    if (StartOn(UnusedPort(), options)) return;
  }
  ADD_FAILURE() << "nginx did not start: " << process_->Stderr();
}

bool Nginx::StartOn(int port, const Options& options) {
  port_ = port;
  const std::string config = directory_.Write("nginx.conf", Config(port, options));
  // Debian's nginx is in a directory that a plain user's PATH lacks.
  const char* const path = std::getenv("PATH");
  process_.reset();
  process_.emplace(std::vector<std::string>{
      "env", "PATH=" + std::string(path == nullptr ? "" : path) + ":/usr/sbin:/usr/local/sbin",
      "nginx", "-p", directory_.path(), "-c", config, "-e", "stderr"});
  const auto deadline = std::chrono::steady_clock::now() + kStartTimeout;
  while (std::chrono::steady_clock::now() < deadline) {
    if (process_->WaitForExit(kPoll).has_value()) return false;
    if (Listens(port)) return !process_->WaitForExit(std::chrono::milliseconds(0)).has_value();
  }
  return false;
}

std::string Nginx::Url(const std::string& path, const std::string& host) const {
  return "https://" + host + ":" + std::to_string(port_) + path;
}

std::vector<Nginx::AccessLine> Nginx::WaitForAccessLines(size_t count,
                                                         std::chrono::milliseconds timeout) const {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  while (true) {
    const std::string log = ReadFile(directory_.Path("access.log"));
    if (static_cast<size_t>(std::count(log.begin(), log.end(), '\n')) >= count ||
        std::chrono::steady_clock::now() >= deadline) {
      std::vector<AccessLine> lines;
      std::istringstream stream(log);
      for (AccessLine line;
           stream >> line.protocol >> line.connection >> line.status >> line.request_uri;) {
        lines.push_back(line);
      }
      return lines;
    }
    std::this_thread::sleep_for(kPoll);
  }
}

int UnusedPort() {
  std::random_device random;
  for (int tries = 0; tries < 1'000; ++tries) {
    const int port = kFirstUnusedPort + static_cast<int>(random() % kUnusedPorts);
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in address = Loopback(port);
    const bool is_free =
        bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
    close(fd);
    if (is_free) return port;
  }
  std::abort();
}

}  // namespace suprsend_gateway::testing
