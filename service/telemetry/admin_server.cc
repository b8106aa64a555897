#include "service/telemetry/admin_server.h"

#include <httplib.h>
#include <sys/socket.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <future>
#include <system_error>
#include <thread>
#include <utility>

#include "absl/strings/numbers.h"
#include "service/base/local_port.h"
#include "service/base/mutex.h"

namespace suprsend_gateway::telemetry {
namespace {

using std::chrono::milliseconds;

// A client that trickles its request holds one for as long as it likes.
constexpr size_t kThreads = 16;
// A client that dawdles gives its thread back after so long.
constexpr time_t kPatienceSeconds = 2;
constexpr size_t kRequestsPerConnection = 100;
constexpr size_t kMaxRequestBytes = size_t{16} * 1024;

// httplib's own pool lets any number of connections wait, each with a descriptor. Here whoever
// accepts them waits, and the rest of them with the kernel.
class BoundedPool final : public httplib::TaskQueue {
 public:
  // bool in newer versions, which says whether it was taken.
  using Enqueued = decltype(std::declval<httplib::TaskQueue&>().enqueue({}));
  Enqueued enqueue(std::function<void()> task) override {
    {
      base::MutexLock lock(mutex_);
      while (tasks_ == 2 * kThreads) room_.Wait(mutex_);
      ++tasks_;
    }
    return pool_.enqueue([this, task = std::move(task)] {
      task();
      base::MutexLock lock(mutex_);
      --tasks_;
      room_.NotifyOne();
    });
  }
  void shutdown() override { pool_.shutdown(); }

 private:
  base::Mutex mutex_;
  base::CondVar room_;
  size_t tasks_ ABSL_GUARDED_BY(mutex_) = 0;  // Those that run, and those that wait.
  httplib::ThreadPool pool_{kThreads};
};

// httplib keeps the sockets that it accepts to itself; they are this process's whose local port is
// the server's. Reads and writes of them end at once.
void CutConnections(int port) {
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd", ignored)) {
    int fd = -1;
    if (absl::SimpleAtoi(entry.path().filename().string(), &fd) && base::LocalPort(fd) == port) {
      shutdown(fd, SHUT_RDWR);
    }
  }
}

class HttplibAdminServer final : public AdminServer {
 public:
  explicit HttplibAdminServer(Routes routes) : routes_(std::move(routes)) {
    server_.new_task_queue = [] { return new BoundedPool; };
    server_.set_read_timeout(kPatienceSeconds);
    server_.set_write_timeout(kPatienceSeconds);
    server_.set_keep_alive_timeout(kPatienceSeconds);
    server_.set_keep_alive_max_count(kRequestsPerConnection);
    server_.set_payload_max_length(kMaxRequestBytes);
    // Without SO_REUSEPORT, which would let a second gateway take the same port unseen.
    server_.set_socket_options([](auto fd) {
      const int yes = 1;
      setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
    });
    server_.Get("/metrics", [this](const httplib::Request&, httplib::Response& response) {
      response.set_content(routes_.metrics(), "text/plain; version=0.0.4; charset=utf-8");
    });
    server_.Get("/statusz", [this](const httplib::Request&, httplib::Response& response) {
      // Its style is its own, and it has no script: so nothing that a caller is named by runs.
      response.set_header(
          "Content-Security-Policy",
          "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
          "form-action 'none'; frame-ancestors 'none'");
      response.set_header("X-Content-Type-Options", "nosniff");
      response.set_header("Cache-Control", "no-store");
      response.set_content(routes_.status_page(), "text/html; charset=utf-8");
    });
    AddProbe("/livez", routes_.is_live);
    AddProbe("/readyz", routes_.is_ready);
    RefuseOtherMethods("/(metrics|statusz|livez|readyz)");
  }

  // Clients have their usual time to be served, and no more: a byte now and then is no claim to it.
  ~HttplibAdminServer() override {
    server_.stop();
    if (!thread_.joinable()) return;
    const std::future<void> ended = ended_.get_future();
    for (auto wait = milliseconds(1000 * kPatienceSeconds);
         ended.wait_for(wait) != std::future_status::ready; wait = milliseconds(100)) {
      CutConnections(port_);
    }
    thread_.join();
  }

  bool Listen(const std::string& host, int port) {
    if (port == 0) {
      port_ = server_.bind_to_any_port(host);
    } else {
      port_ = server_.bind_to_port(host, port) ? port : -1;
    }
    if (port_ <= 0) return false;
    thread_ = std::thread([this] {
      server_.listen_after_bind();
      ended_.set_value();
    });
    // stop() has no effect on a server that is not yet running.
    while (!server_.is_running()) std::this_thread::yield();
    return true;
  }

  int port() const override { return port_; }

 private:
  void AddProbe(const char* path, const std::function<bool()>& is_well) {
    server_.Get(path, [&is_well](const httplib::Request&, httplib::Response& response) {
      const bool well = is_well();
      response.status = well ? 200 : 503;
      response.set_content(well ? "ok\n" : "not ok\n", "text/plain");
    });
  }

  void RefuseOtherMethods(const char* paths) {
    const auto refuse = [](const httplib::Request&, httplib::Response& response) {
      response.status = 405;
      response.set_header("Allow", "GET, HEAD");
      response.set_content("only GET and HEAD are allowed\n", "text/plain");
    };
    server_.Post(paths, refuse);
    server_.Put(paths, refuse);
    server_.Patch(paths, refuse);
    server_.Delete(paths, refuse);
    server_.Options(paths, refuse);
  }

  const Routes routes_;
  httplib::Server server_;
  int port_ = 0;
  std::promise<void> ended_;
  std::thread thread_;
};

}  // namespace

std::unique_ptr<AdminServer> AdminServer::Start(const std::string& host, int port, Routes routes) {
  auto server = std::make_unique<HttplibAdminServer>(std::move(routes));
  if (!server->Listen(host, port)) return nullptr;
  return server;
}

}  // namespace suprsend_gateway::telemetry
