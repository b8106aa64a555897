#include "tests/integration/bad_client_harness.h"

#include <algorithm>
#include <cstdio>
#include <sstream>

#include "tests/support/http_call.h"
#include "tests/support/wait.h"

namespace suprsend_gateway::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr int kLeastCalls = 100;
const CancelRequest kRequest = {.execution_id = "dsl_1"};

}  // namespace

GoodClient::GoodClient(const std::string& address) : client_(address) {
  EXPECT_TRUE(client_.Cancel(kRequest).ok());
  thread_ = std::thread([this] { Run(); });
}

GoodClient::~GoodClient() { Stop(); }

GoodClient::Record GoodClient::Stop() {
  WaitUntil([this] { return calls_ >= kLeastCalls; }, kPatience);
  stopping_ = true;
  if (thread_.joinable()) thread_.join();
  if (!durations_.empty()) {
    const auto p99 = durations_.begin() + static_cast<ptrdiff_t>(durations_.size() * 99 / 100);
    std::nth_element(durations_.begin(), p99, durations_.end());
    record_.p99 = std::chrono::duration_cast<milliseconds>(*p99);
  }
  return record_;
}

void GoodClient::Run() {
  for (auto next = steady_clock::now(); !stopping_; next += milliseconds(20)) {
    std::this_thread::sleep_until(next);
    const auto start = steady_clock::now();
    const CallReply reply = client_.Cancel(kRequest);
    durations_.push_back(steady_clock::now() - start);
    record_.calls = ++calls_;
    if (reply.reason == "GATEWAY_OVERLOADED") {
      ++record_.refused;
    } else if (!reply.ok() && ++record_.failed == 1) {
      std::ostringstream text;
      text << reply;
      record_.first_failure = text.str();
    }
  }
}

void BadClientTest::StartGateway(const std::vector<std::string>& flags,
                                 const std::vector<std::string>& wrapper) {
  gateway_.emplace(upstream_.Url(), flags, std::map<std::string, std::string>(), wrapper);
  good_client_.emplace(gateway_->address());
}

void BadClientTest::ExpectNoHarm(long most_memory_mib, bool may_be_refused) {
  const GoodClient::Record record = good_client_->Stop();
  const long most_mib = gateway_->process().StatusNumber("VmHWM") / 1024;
  std::printf(
      "the good client: %d calls, %d refused, %d failed, p99 %ld ms; the gateway's memory: "
      "%ld MiB at most, %ld MiB now\n",
      record.calls, record.refused, record.failed, static_cast<long>(record.p99.count()), most_mib,
      gateway_->process().StatusNumber("VmRSS") / 1024);
  EXPECT_GT(record.calls, 0);
  EXPECT_EQ(record.failed, 0) << record.first_failure;
  EXPECT_TRUE(may_be_refused || record.refused == 0);
  EXPECT_TRUE(!kMemoryIsMeasured || most_mib <= most_memory_mib);
}

bool BadClientTest::ServesNewClients() const {
  return WaitUntil(
      [this] {
        return GatewayClient(gateway_->address()).Cancel(kRequest, {.deadline = seconds(2)}).ok();
      },
      seconds(30));
}

bool BadClientTest::IsLive() const {
  return WaitUntil([this] { return HttpCall("GET", gateway_->AdminUrl("/livez")).status == 200; });
}

}  // namespace suprsend_gateway::testing
