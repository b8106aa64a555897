#include "client/cli/health.h"

#include <httplib.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <functional>
#include <latch>
#include <string>
#include <thread>
#include <utility>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace suprsend_gateway::cli {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

// An admin port on loopback that answers /readyz as told.
class AdminPort {
 public:
  AdminPort(int status, const std::string& body) {
    server_.Get("/readyz", [status, body](const httplib::Request&, httplib::Response& response) {
      response.status = status;
      response.set_content(body, "text/plain");
    });
    port_ = server_.bind_to_any_port("127.0.0.1");
    thread_ = std::thread([this] { server_.listen_after_bind(); });
    while (!server_.is_running()) std::this_thread::yield();
  }
  ~AdminPort() {
    server_.stop();
    thread_.join();
  }

  HealthCommand Address() const { return {.admin_address = {"127.0.0.1", port_}}; }

 private:
  httplib::Server server_;
  int port_ = 0;
  std::thread thread_;
};

TEST(CheckHealthTest, ReadyPrintsWhatItSaid) {
  const AdminPort admin(200, "ready: all good\n");
  const Output output = CheckHealth(admin.Address());
  EXPECT_EQ(output.out, "ready: all good\n");
  EXPECT_EQ(output.err, "");
  EXPECT_EQ(output.exit_code, 0);
}

TEST(CheckHealthTest, ReadyWithoutAWordIsReady) {
  const AdminPort admin(200, "");
  EXPECT_EQ(CheckHealth(admin.Address()).out, "ready\n");
}

TEST(CheckHealthTest, AnyOtherStatusIsNotReady) {
  for (const int status : {204, 404, 500, 503}) {
    const AdminPort admin(status, status == 204 ? "" : "draining\x1B\n");
    const Output output = CheckHealth(admin.Address());
    EXPECT_EQ(output.out, "");
    EXPECT_THAT(output.err, HasSubstr("is not ready: HTTP " + std::to_string(status)));
    EXPECT_EQ(output.err.ends_with(": draining\\x1B\n"), status != 204);
    EXPECT_EQ(output.exit_code, 1);
  }
}

TEST(CheckHealthTest, EndlessAnswerIsNoAnswer) {
  const AdminPort at_limit(200, std::string(4096, 'x'));
  EXPECT_EQ(CheckHealth(at_limit.Address()).exit_code, 0);
  const AdminPort past_limit(200, std::string(4097, 'x'));
  const Output output = CheckHealth(past_limit.Address());
  EXPECT_EQ(output.out, "");
  EXPECT_THAT(output.err, EndsWith(": what listens there says more than a gateway would\n"));
  EXPECT_EQ(output.exit_code, 1);
}

TEST(CheckHealthTest, NobodyThereIsNotReady) {
  HealthCommand gone;
  {
    const AdminPort admin(200, "");
    gone = admin.Address();
  }
  const Output output = CheckHealth(gone);
  EXPECT_EQ(output.out, "");
  EXPECT_THAT(output.err, EndsWith(" gave no answer: connection refused, or no such host\n"));
  EXPECT_EQ(output.exit_code, 1);
}

// Takes one connection and leaves it to `talk`.
class TcpPort {
 public:
  explicit TcpPort(std::function<void(int)> talk) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(bind(listener_, any, size), 0);
    EXPECT_EQ(listen(listener_, 1), 0);
    EXPECT_EQ(getsockname(listener_, any, &size), 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::jthread([this, talk = std::move(talk)] {
      const int connection = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      talk(connection);
      close(connection);
    });
  }
  ~TcpPort() {
    thread_.join();
    close(listener_);
  }

  HealthCommand Address() const { return {.admin_address = {"127.0.0.1", port_}}; }

 private:
  const int listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int port_ = 0;
  std::jthread thread_;
};

TEST(CheckHealthTest, SilenceIsToldAsSuch) {
  std::latch told(1);
  const TcpPort port([&told](int) { told.wait(); });
  const Output output = CheckHealth(port.Address());
  told.count_down();
  EXPECT_THAT(output.err, EndsWith(" gave no answer: no HTTP answer within 2 s\n"));
  EXPECT_EQ(output.exit_code, 1);
}

// The gateway's other port, for one.
TEST(CheckHealthTest, SomethingElseThanHttpIsToldAsSuch) {
  for (const std::string said : {"", "SSH-2.0-OpenSSH_9.2\r\n"}) {
    const TcpPort port(
        [&said](int fd) { EXPECT_GE(send(fd, said.data(), said.size(), MSG_NOSIGNAL), 0); });
    const Output output = CheckHealth(port.Address());
    EXPECT_THAT(output.err, EndsWith(": what listens there hung up, or does not speak HTTP\n"));
    EXPECT_EQ(output.exit_code, 1);
  }
}

}  // namespace
}  // namespace suprsend_gateway::cli
