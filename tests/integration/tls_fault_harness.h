#ifndef TESTS_INTEGRATION_TLS_FAULT_HARNESS_H_
#define TESTS_INTEGRATION_TLS_FAULT_HARNESS_H_

#include <map>
#include <string>
#include <vector>

#include "tests/support/certificates.h"
#include "tests/support/gateway.h"
#include "tests/support/gateway_client.h"
#include "tests/support/tls_upstream.h"

namespace suprsend_gateway::testing {

inline constexpr char kOk[] = "OK//";
inline constexpr char kLost[] = "UNKNOWN/UPSTREAM_CONNECTION_LOST/UNKNOWN";
inline constexpr char kBadReply[] = "UNKNOWN/UPSTREAM_BAD_REPLY/UNKNOWN";
inline constexpr char kConflict[] = "ABORTED/UPSTREAM_CONFLICT/NOT_APPLIED";
inline constexpr char kTimeout[] = "DEADLINE_EXCEEDED/UPSTREAM_TIMEOUT/UNKNOWN";
inline constexpr char kUnreachable[] = "UNAVAILABLE/UPSTREAM_UNREACHABLE/NOT_APPLIED";
inline constexpr char kNotFound[] = "NOT_FOUND/UPSTREAM_NOT_FOUND/NOT_APPLIED";
inline constexpr char kMisconfigured[] = "INTERNAL/UPSTREAM_MISCONFIGURED/NOT_APPLIED";
inline constexpr char kUntrusted[] = "INTERNAL/UPSTREAM_UNTRUSTED/NOT_APPLIED";

// An authority that the gateways of these tests trust, and a certificate of it for 127.0.0.1.
const CertificateAuthority& TrustedAuthority();
const CertificateFiles& TrustedCertificate();
// The flag that makes a gateway trust it.
std::string TrustOurs();

// A request that nothing binds to one run: where an attempt may have been applied, it must never be
// sent again. And one that is bound to one.
CancelRequest OpenRequest(const std::string& id);
CancelRequest PinnedRequest(const std::string& id);

// The id of the call whose POST has this body.
std::string CallId(const std::string& body);

// Answers 200 with the call's own id for the only run, so that replies cannot be mixed up unseen.
void AnswerWithOwnId(TlsExchange& exchange);

// How many POSTs came of each call, by its id.
std::map<std::string, int> PostsByCall(const std::vector<TlsRequest>& requests);

// Requests of `count` calls: NAME0, NAME1, …
std::vector<CancelRequest> Requests(CancelRequest (*make)(const std::string& id),
                                    const std::string& name, int count);

// Starts a call of each request at once; their replies, in the same order.
std::vector<CallReply> CallAtOnce(GatewayClient& client, const std::vector<CancelRequest>& requests,
                                  const CallOptions& options = {});

}  // namespace suprsend_gateway::testing

#endif  // TESTS_INTEGRATION_TLS_FAULT_HARNESS_H_
