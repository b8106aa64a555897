#include "service/telemetry/admin_server.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <iterator>
#include <latch>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/http_call.h"
#include "tests/support/wait.h"

namespace suprsend_gateway::telemetry {
namespace {

using ::testing::HasSubstr;
using testing::HttpCall;

class AdminServerTest : public ::testing::Test {
 protected:
  AdminServer::Routes Routes() {
    return {.metrics = [] { return std::string("metric 1\n"); },
            .status_page = [] { return std::string("<p>well</p>"); },
            .is_live = [this] { return live_.load(); },
            .is_ready = [this] { return ready_.load(); }};
  }

  void Start(AdminServer::Routes routes) {
    server_ = AdminServer::Start("127.0.0.1", 0, std::move(routes));
    ASSERT_NE(server_, nullptr);
  }

  std::string Url(const std::string& path) const {
    return "http://127.0.0.1:" + std::to_string(server_->port()) + path;
  }

  int Connect() const {
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<uint16_t>(server_->port()));
    EXPECT_EQ(connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
    return fd;
  }

  std::atomic<bool> live_ = true;
  std::atomic<bool> ready_ = true;
  std::unique_ptr<AdminServer> server_;
};

TEST_F(AdminServerTest, ServesMetricsAndProbes) {
  Start(Routes());
  EXPECT_GT(server_->port(), 0);
  const auto metrics = HttpCall("GET", Url("/metrics"));
  EXPECT_EQ(metrics.status, 200);
  EXPECT_EQ(metrics.body, "metric 1\n");
  for (const char* path : {"/livez", "/readyz"}) {
    const auto reply = HttpCall("GET", Url(path));
    EXPECT_EQ(reply.status, 200) << path;
    EXPECT_EQ(reply.body, "ok\n") << path;
  }
}

TEST_F(AdminServerTest, ServesThePageAsHtmlThatRunsNothing) {
  Start(Routes());
  const auto page = HttpCall("GET", Url("/statusz"));
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(page.body, "<p>well</p>");
  EXPECT_THAT(page.headers, HasSubstr("Content-Type: text/html; charset=utf-8\r\n"));
  EXPECT_THAT(page.headers, HasSubstr("Content-Security-Policy: default-src 'none'; "));
  EXPECT_THAT(page.headers, HasSubstr("X-Content-Type-Options: nosniff\r\n"));
  EXPECT_THAT(page.headers, HasSubstr("Cache-Control: no-store\r\n"));
}

TEST_F(AdminServerTest, AProbeTellsOfItsOwnCondition) {
  Start(Routes());
  live_ = false;
  EXPECT_EQ(HttpCall("GET", Url("/livez")).status, 503);
  EXPECT_EQ(HttpCall("GET", Url("/livez")).body, "not ok\n");
  EXPECT_EQ(HttpCall("GET", Url("/readyz")).status, 200);
  live_ = true;
  ready_ = false;
  EXPECT_EQ(HttpCall("GET", Url("/livez")).status, 200);
  EXPECT_EQ(HttpCall("GET", Url("/readyz")).status, 503);
}

TEST_F(AdminServerTest, HasNothingElse) {
  Start(Routes());
  for (const char* path : {"/", "/metrics/", "/livez/x", "/debug/pprof", "/../etc/passwd"}) {
    EXPECT_EQ(HttpCall("GET", Url(path)).status, 404) << path;
  }
  EXPECT_EQ(HttpCall("POST", Url("/"), "x").status, 404);
}

TEST_F(AdminServerTest, IsOnlyRead) {
  Start(Routes());
  for (const char* path : {"/metrics", "/statusz", "/livez", "/readyz"}) {
    for (const char* method : {"POST", "PUT", "PATCH", "DELETE", "OPTIONS"}) {
      const auto reply = HttpCall(method, Url(path), "x");
      EXPECT_EQ(reply.status, 405) << method << path;
      EXPECT_THAT(reply.headers, HasSubstr("Allow: GET, HEAD\r\n"));
    }
  }
}

TEST_F(AdminServerTest, RefusesATakenPort) {
  Start(Routes());
  EXPECT_EQ(AdminServer::Start("127.0.0.1", server_->port(), Routes()), nullptr);
  EXPECT_EQ(HttpCall("GET", Url("/livez")).status, 200);
}

TEST_F(AdminServerTest, RefusesAnAddressThatIsNotThisMachines) {
  EXPECT_EQ(AdminServer::Start("192.0.2.1", 0, Routes()), nullptr);
}

TEST_F(AdminServerTest, ItsPortIsFreeOnceItHasGone) {
  for (int i = 0; i < 20; ++i) Start(Routes());
  const int port = server_->port();
  EXPECT_EQ(HttpCall("GET", Url("/livez")).status, 200);
  server_.reset();
  EXPECT_NE(AdminServer::Start("127.0.0.1", port, Routes()), nullptr);
}

TEST_F(AdminServerTest, AProbeThatBlocksDoesNotHoldUpTheOthers) {
  std::latch entered(1);
  std::latch leave(1);
  AdminServer::Routes routes = Routes();
  routes.is_live = [&] {
    entered.count_down();
    leave.wait();
    return true;
  };
  Start(std::move(routes));
  std::jthread prober([this] { EXPECT_EQ(HttpCall("GET", Url("/livez")).status, 200); });
  entered.wait();
  EXPECT_EQ(HttpCall("GET", Url("/metrics")).status, 200);
  EXPECT_EQ(HttpCall("GET", Url("/readyz")).status, 200);
  leave.count_down();
}

// Their bytes come within the limit for one read. They take all threads, and others wait for one.
TEST_F(AdminServerTest, ClientsThatTrickleDoNotHoldUpItsEnd) {
  Start(Routes());
  std::atomic<bool> ended = false;
  const auto limit = std::chrono::steady_clock::now() + testing::kPatience;
  std::vector<std::jthread> clients;
  for (int i = 0; i < 36; ++i) {
    clients.emplace_back([fd = Connect(), limit, &ended] {
      while (!ended && std::chrono::steady_clock::now() < limit) {
        send(fd, "G", 1, MSG_NOSIGNAL);
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
      }
      close(fd);
    });
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  server_.reset();
  EXPECT_LT(std::chrono::steady_clock::now(), limit);
  ended = true;
}

// Each has its own in this process, and so has each that was accepted.
TEST_F(AdminServerTest, ClientsThatSayNothingTakeFewDescriptors) {
  const auto descriptors = [] {
    const std::filesystem::directory_iterator files("/proc/self/fd");
    return std::distance(begin(files), end(files));
  };
  Start(Routes());
  const auto before = descriptors();
  std::vector<int> clients;
  for (int i = 0; i < 60; ++i) clients.push_back(Connect());
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
  // Of those 32 are served or wait, and one finds no room.
  EXPECT_LE(descriptors(), before + 60 + 33);
  for (const int client : clients) close(client);
}

TEST_F(AdminServerTest, ClientsThatSayNothingDoNotStopProbes) {
  Start(Routes());
  std::vector<int> clients;
  for (int i = 0; i < 12; ++i) clients.push_back(Connect());
  EXPECT_EQ(HttpCall("GET", Url("/livez")).status, 200);
  for (const int fd : clients) close(fd);
}

// Each byte comes within the limit for one read, so only a limit for the whole request helps.
TEST_F(AdminServerTest, ClientsThatTrickleDoNotStopProbes) {
  Start(Routes());
  std::atomic<bool> answered = false;
  std::atomic<bool> enough = false;
  std::vector<std::jthread> clients;
  for (int i = 0; i < 8; ++i) {
    clients.emplace_back([this, &answered, &enough] {
      const int fd = Connect();
      while (!answered && !enough && send(fd, "G", 1, MSG_NOSIGNAL) == 1) {
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
      }
      close(fd);
    });
  }
  std::jthread prober([&] {
    EXPECT_EQ(HttpCall("GET", Url("/livez")).status, 200);
    answered = true;
  });
  const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!answered && std::chrono::steady_clock::now() < limit) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  EXPECT_TRUE(answered) << "no probe is answered while clients trickle";
  enough = true;
}

}  // namespace
}  // namespace suprsend_gateway::telemetry
