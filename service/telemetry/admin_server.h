#ifndef SERVICE_TELEMETRY_ADMIN_SERVER_H_
#define SERVICE_TELEMETRY_ADMIN_SERVER_H_

#include <functional>
#include <memory>
#include <string>

namespace suprsend_gateway::telemetry {

// Plain HTTP for probes, Prometheus and people: GET /metrics, /livez, /readyz, /statusz. Nothing
// here is secret.
class AdminServer {
 public:
  struct Routes {
    // Called from the server's own threads, several at a time; these may block for a second or so.
    std::function<std::string()> metrics;
    std::function<std::string()> status_page;  // HTML.
    std::function<bool()> is_live;
    std::function<bool()> is_ready;
  };

  // Listens and serves; nullptr where the address cannot be had. `port` 0: one of the system's
  // choosing.
  static std::unique_ptr<AdminServer> Start(const std::string& host, int port, Routes routes);
  // Serves whom it is serving for two seconds more at most, then cuts them off.
  virtual ~AdminServer() = default;
  virtual int port() const = 0;
};

}  // namespace suprsend_gateway::telemetry

#endif  // SERVICE_TELEMETRY_ADMIN_SERVER_H_
