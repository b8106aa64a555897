#ifndef TESTS_EMULATOR_SERVER_H_
#define TESTS_EMULATOR_SERVER_H_

#include <httplib.h>

#include <atomic>
#include <chrono>
#include <string>

#include "absl/status/status.h"
#include "tests/emulator/emulator.h"

namespace suprsend_gateway::emulator {

// The emulator behind an HTTP/1.1 port.
class Server {
 public:
  // One thread a connection. About a thousand at once work well on two cores; at some thousands
  // cpp-httplib's polling of the idle ones (server.cc) leaves no CPU for anything else.
  static constexpr size_t kMaxConnections = 4096;
  // A request above this gets 413 from cpp-httplib and is not logged. SuprSend's limit is 800 KiB.
  static constexpr size_t kMaxRequestBytes = 16 << 20;

  explicit Server(UpstreamOptions options);
  ~Server();

  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  Emulator& emulator() { return emulator_; }

  // Starts to listen; port 0 is the system's choice. UNAVAILABLE if the address cannot be had.
  absl::Status Bind(const std::string& host, int port);

  // After Bind.
  int port() const { return port_; }

  // After Bind: serves until Stop. False if the listener failed by itself.
  bool Run();

  // From any thread, while Run runs or is about to. Delays end early, all connections are closed.
  void Stop();

 private:
  void Handle(const httplib::Request& request, httplib::Response& response);
  bool Pause(std::chrono::milliseconds time) const;

  Emulator emulator_;
  httplib::Server http_;
  int listen_fd_ = -1;  // owned by http_
  int port_ = 0;
  std::atomic<bool> finished_{false};
  const int stopping_fd_;  // readable from Stop on
};

}  // namespace suprsend_gateway::emulator

#endif  // TESTS_EMULATOR_SERVER_H_
