#ifndef CLIENT_CPP_WORKFLOW_CLIENT_H_
#define CLIENT_CPP_WORKFLOW_CLIENT_H_

#include <chrono>
#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <variant>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "client/cpp/cancel_request.h"
#include "client/cpp/failure.h"
#include "client/cpp/tls_files.h"

namespace grpc {
class Channel;
}

namespace suprsend_gateway::client {

// The gateway's own default for callers without a deadline.
inline constexpr std::chrono::seconds kDefaultTimeout{10};
// A longer timeout counts as this one; the gateway itself gives a call 30 s at most.
inline constexpr std::chrono::hours kMaxTimeout{1};

struct CallOptions {
  // From now to the call's deadline; there always is one. At zero or less the call fails with
  // DEADLINE_EXCEEDED, reason DEADLINE_BEFORE_SEND, and nothing is sent.
  std::chrono::nanoseconds timeout = kDefaultTimeout;
  // The trace that the call goes on in: a W3C traceparent, 55 characters. What is none is not sent,
  // and the gateway begins a trace of its own.
  std::string traceparent = {};
};

struct CancelReply {
  std::vector<std::string> execution_ids;  // The runs that were cancelled; empty if none matched.
  bool execution_ids_may_be_incomplete = false;
  int64_t cancelled_count = 0;  // How many ids SuprSend named; the list can be shorter.
  std::string request_id;       // Empty where none came.
};

using CancelResult = std::variant<CancelReply, Failure>;

// Calls a suprsend-gateway. Any thread may use it, with any number of calls at a time. Copies share
// their connections, which are made by the first call and made anew when they are lost: one to each
// address of the target, and calls go to those that say that they serve. gRPC repeats what the
// gateway did not take (UNAVAILABLE), twice at most; any other try is up to the caller
// (Failure::SafeToRetry).
class WorkflowClient {
 public:
  // `target`: a gRPC target, usually "host:port". In plaintext, for loopback, and where the sidecar
  // of a mesh encrypts. The proxies that the environment names (http_proxy) are not used: the
  // gateway is an internal service.
  explicit WorkflowClient(const std::string& target);

  // With mutual TLS. INVALID_ARGUMENT, with the field of TlsFiles, where one of the files cannot be
  // read. A file that holds no certificate, or no key, fails the calls.
  static absl::StatusOr<WorkflowClient> ConnectWithTls(const std::string& target,
                                                       const TlsFiles& files);

  // Blocks until the gateway has answered or the deadline has passed.
  CancelResult CancelWorkflow(const CancelRequest& request, const CallOptions& options = {}) const;

  // Gets the result exactly once: on a thread of gRPC's, which it must not block, or, where nothing
  // could be sent, on the calling thread before CancelWorkflow returns. Must not throw.
  using Callback = absl::AnyInvocable<void(CancelResult) &&>;

  // Cancels the call when `stop` is asked to: the failure is then CANCELLED, as a rule with outcome
  // kUnknown. With a stop that was asked for already, nothing is sent and the outcome says so.
  // Destroying the last copy of the client waits for such calls to end, though not for callbacks to
  // return; a callback must not be where that happens.
  void CancelWorkflow(const CancelRequest& request, const CallOptions& options,
                      std::stop_token stop, Callback callback) const;

 private:
  struct Connection;
  struct AsyncCall;

  explicit WorkflowClient(const std::shared_ptr<grpc::Channel>& channel);

  std::shared_ptr<Connection> connection_;
};

}  // namespace suprsend_gateway::client

#endif  // CLIENT_CPP_WORKFLOW_CLIENT_H_
