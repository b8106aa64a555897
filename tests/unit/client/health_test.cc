#include "client/cli/health.h"

#include <httplib.h>

#include <string>
#include <thread>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace suprsend_gateway::cli {
namespace {

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
  EXPECT_THAT(output.err, HasSubstr("gave no answer"));
  EXPECT_EQ(output.exit_code, 1);
}

}  // namespace
}  // namespace suprsend_gateway::cli
