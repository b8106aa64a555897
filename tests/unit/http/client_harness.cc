#include "tests/unit/http/client_harness.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <utility>

namespace suprsend_gateway::http {
namespace {

// What main() does for the client, and descriptors for thousands of connections.
class ProcessSetup final : public ::testing::Environment {
 public:
  void SetUp() override {
    std::signal(SIGPIPE, SIG_IGN);
    curl_global_init(CURL_GLOBAL_DEFAULT);
    rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
  }
};

const ::testing::Environment* const kSetup =
    ::testing::AddGlobalTestEnvironment(new ProcessSetup());

std::string Name(TransportError error) {
  switch (error) {
    case TransportError::kUnreachable:
      return "kUnreachable";
    case TransportError::kUntrusted:
      return "kUntrusted";
    case TransportError::kDeadline:
      return "kDeadline";
    case TransportError::kAbandoned:
      return "kAbandoned";
    case TransportError::kNoRoom:
      return "kNoRoom";
    case TransportError::kConnectionLost:
      return "kConnectionLost";
  }
  return "not a TransportError";
}

std::unique_ptr<EventLoop> CreateLoop() {
  auto loop = EventLoop::Create();
  EXPECT_TRUE(loop.ok()) << loop.status();
  return *std::move(loop);
}

}  // namespace

TransferOptions PatientOptions() {
  return {.user_agent = "unit-test/1", .ca_file = "", .connect_timeout = kPatience};
}

ClientHarness::ClientHarness(TransferOptions options) : loop_(CreateLoop()) {
  client_.emplace(*loop_, std::move(options));
}

ClientHarness::~ClientHarness() { Stop(); }

std::future<HttpResult> ClientHarness::Send(const std::string& url, const RequestOptions& options) {
  auto promise = std::make_shared<std::promise<HttpResult>>();
  std::future<HttpResult> result = promise->get_future();
  const clock::TimePoint now = loop_->Now();
  client_->Post({.url = url,
                 .headers = std::make_shared<const HeaderList>(options.headers),
                 .body = options.body,
                 .send_by = now + options.send_by,
                 .deadline = now + options.deadline,
                 .abandoned = options.abandoned},
                // A second call throws, and so ends the test.
                [promise](HttpResult got) { promise->set_value(std::move(got)); });
  return result;
}

std::string ClientHarness::Ask(const std::string& url, const RequestOptions& options) {
  std::future<HttpResult> result = Send(url, options);
  return AwaitDescription(result);
}

std::optional<HttpResult> Await(std::future<HttpResult>& result) {
  if (result.wait_for(kPatience) != std::future_status::ready) {
    ADD_FAILURE() << "no result";
    return std::nullopt;
  }
  try {
    return result.get();
  } catch (const std::future_error&) {
    ADD_FAILURE() << "the callback was dropped without a call";
    return std::nullopt;
  }
}

std::string Describe(const std::optional<HttpResult>& result) {
  if (!result) return "none";
  if (const auto* response = std::get_if<HttpResponse>(&*result)) {
    return std::to_string(response->status) + (response->body_complete ? "" : " cut");
  }
  const auto& failure = std::get<TransportFailure>(*result);
  return Name(failure.error) + (failure.sent ? " sent" : "");
}

std::string AwaitDescription(std::future<HttpResult>& result) { return Describe(Await(result)); }

HttpResponse ResponseOf(std::future<HttpResult> result) {
  std::optional<HttpResult> got = Await(result);
  if (got && std::holds_alternative<HttpResponse>(*got)) return std::get<HttpResponse>(*got);
  ADD_FAILURE() << "not a response: " << Describe(got);
  return {};
}

}  // namespace suprsend_gateway::http
