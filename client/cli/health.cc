#include "client/cli/health.h"

#include <httplib.h>

#include <chrono>
#include <string_view>

#include "client/cli/printable.h"

namespace suprsend_gateway::cli {
namespace {

constexpr std::chrono::seconds kTimeout{2};
// Whatever listens there: a longer answer is not the gateway's.
constexpr size_t kMaxBody = 4096;

std::string WithoutLineEnd(std::string_view body) {
  while (body.ends_with('\n') || body.ends_with('\r')) body.remove_suffix(1);
  return Printable(body);
}

// Why no answer came, for somebody who has to mend it.
std::string InWords(httplib::Error error, std::chrono::steady_clock::duration took) {
  switch (error) {
    case httplib::Error::Connection:
      return "connection refused, or no such host";
    case httplib::Error::ConnectionTimeout:
      return "no connection within 2 s";
    case httplib::Error::Read:
    case httplib::Error::Write:
      return took >= kTimeout ? "no HTTP answer within 2 s"
                              : "what listens there hung up, or does not speak HTTP";
    case httplib::Error::Canceled:
      return "what listens there says more than a gateway would";
    default:
      return httplib::to_string(error);
  }
}

}  // namespace

Output CheckHealth(const HealthCommand& command) {
  httplib::Client client(command.admin_address.host, command.admin_address.port);
  client.set_connection_timeout(kTimeout);
  client.set_read_timeout(kTimeout);
  client.set_write_timeout(kTimeout);
  std::string body;
  const auto start = std::chrono::steady_clock::now();
  const auto result = client.Get("/readyz", [&body](const char* data, size_t length) {
    body.append(data, length);
    return body.size() <= kMaxBody;
  });
  const std::string said = WithoutLineEnd(body);
  const std::string who = "gatewayctl: " + ToString(command.admin_address);
  if (!result) {
    return {.err = who + " gave no answer: " +
                   InWords(result.error(), std::chrono::steady_clock::now() - start) + "\n",
            .exit_code = kNotReady};
  }
  if (result->status == 200) return {.out = (said.empty() ? "ready" : said) + "\n"};
  return {.err = who + " is not ready: HTTP " + std::to_string(result->status) +
                 (said.empty() ? "" : ": " + said) + "\n",
          .exit_code = kNotReady};
}

}  // namespace suprsend_gateway::cli
