#include "tests/integration/tls_fault_harness.h"

#include <cstddef>
#include <memory>

namespace suprsend_gateway::testing {

const CertificateAuthority& TrustedAuthority() {
  static const CertificateAuthority authority;
  return authority;
}

const CertificateFiles& TrustedCertificate() {
  static const CertificateFiles certificate = TrustedAuthority().Issue("server", "IP:127.0.0.1");
  return certificate;
}

std::string TrustOurs() { return "--upstream_ca_file=" + TrustedAuthority().ca_file(); }

CancelRequest OpenRequest(const std::string& id) { return {.recipients = {id}}; }

CancelRequest PinnedRequest(const std::string& id) { return {.execution_id = id}; }

// The bodies are {"recipients":["ID"]} and {"execution_id":"ID"}.
std::string CallId(const std::string& body) {
  const size_t end = body.rfind('"');
  const size_t start = body.rfind('"', end - 1) + 1;
  return body.substr(start, end - start);
}

void AnswerWithOwnId(TlsExchange& exchange) {
  exchange.Answer(200, "{\"execution_ids\":[\"" + CallId(exchange.request().body) + "\"]}");
}

std::map<std::string, int> PostsByCall(const std::vector<TlsRequest>& requests) {
  std::map<std::string, int> posts;
  for (const TlsRequest& request : requests) ++posts[CallId(request.body)];
  return posts;
}

std::vector<CancelRequest> Requests(CancelRequest (*make)(const std::string& id),
                                    const std::string& name, int count) {
  std::vector<CancelRequest> requests;
  requests.reserve(static_cast<size_t>(count));
  for (int i = 0; i < count; ++i) requests.push_back(make(name + std::to_string(i)));
  return requests;
}

std::vector<CallReply> CallAtOnce(GatewayClient& client, const std::vector<CancelRequest>& requests,
                                  const CallOptions& options) {
  std::vector<std::unique_ptr<PendingCall>> calls;
  calls.reserve(requests.size());
  for (const CancelRequest& request : requests) calls.push_back(client.Start(request, options));
  std::vector<CallReply> replies;
  replies.reserve(requests.size());
  for (const auto& call : calls) replies.push_back(call->Wait());
  return replies;
}

}  // namespace suprsend_gateway::testing
