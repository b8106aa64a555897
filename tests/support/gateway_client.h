#ifndef SUPRSEND_GATEWAY_TESTS_SUPPORT_GATEWAY_CLIENT_H_
#define SUPRSEND_GATEWAY_TESTS_SUPPORT_GATEWAY_CLIENT_H_

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "tests/support/wire.h"

namespace suprsend_gateway::testing {

// Everything that a caller can see of a reply, in plain types: gRPC's headers stay in the .cc.
struct CallReply {
  struct Violation {
    std::string field;
    std::string description;
  };

  // The status code's name: "OK", "INVALID_ARGUMENT", …
  std::string code;
  std::string message;
  // grpc-status-details-bin as it came.
  std::string details;

  // ErrorInfo; empty where there is none.
  std::string reason;
  std::string domain;
  std::map<std::string, std::string> metadata;
  std::vector<Violation> violations;
  std::optional<std::chrono::milliseconds> retry_delay;
  // From RequestInfo.
  std::string request_id;
  // Type URLs of details that are none of the four above, or stand there twice.
  std::vector<std::string> strange_details;

  std::multimap<std::string, std::string> trailers;

  // The reply message as bytes, and, for CancelWorkflow, its fields.
  std::string body;
  std::vector<std::string> execution_ids;
  bool may_be_incomplete = false;
  int64_t cancelled_count = 0;

  bool ok() const { return code == "OK"; }
  // A value of ErrorInfo's metadata, or of the trailing metadata; empty where there is none.
  std::string Metadata(const std::string& key) const;
  std::string Trailer(const std::string& key) const;
  // "CODE/REASON/OUTCOME".
  std::string Verdict() const { return code + "/" + reason + "/" + Metadata("outcome"); }
};

std::ostream& operator<<(std::ostream& out, const CallReply& reply);

struct CallOptions {
  // Empty: none is sent.
  std::optional<std::chrono::milliseconds> deadline = std::chrono::seconds(25);
  std::map<std::string, std::string> metadata;
  bool gzip = false;
};

// A call under way. Must not outlive its client.
class PendingCall {
 public:
  virtual ~PendingCall() = default;
  virtual void Cancel() = 0;
  // Blocks until the call ends.
  virtual const CallReply& Wait() = 0;
};

// The service config that the README recommends to callers.
extern const char kRecommendedServiceConfig[];

// What a client shows a gateway with TLS; PEM files. Without a certificate it shows none.
struct ClientTls {
  std::string ca_file;
  std::string certificate;
  std::string key;
};

// A gRPC client with connections of its own: one, unless a service config and a target such as
// "ipv4:127.0.0.1:1,127.0.0.1:2" say otherwise. Without a service config it never sends twice.
class GatewayClient {
 public:
  explicit GatewayClient(const std::string& target, const std::string& service_config = "");
  GatewayClient(const std::string& target, const ClientTls& tls,
                const std::string& service_config = "");
  ~GatewayClient();

  // CancelWorkflow through the generated stub.
  CallReply Cancel(const CancelRequest& request, const CallOptions& options = {});
  // CancelWorkflow with these bytes for the message.
  CallReply CancelRaw(const std::string& bytes, const CallOptions& options = {});
  // Starts CancelWorkflow and does not wait.
  std::unique_ptr<PendingCall> Start(const CancelRequest& request, const CallOptions& options = {});
  // Any method that answers one message with one message: "/package.Service/Method".
  CallReply Call(const std::string& method, const std::string& bytes,
                 const CallOptions& options = {});

 private:
  struct Channel;
  static std::unique_ptr<Channel> Connect(const std::string& target,
                                          const std::string& service_config, const ClientTls* tls);
  std::unique_ptr<Channel> channel_;
};

}  // namespace suprsend_gateway::testing

#endif  // SUPRSEND_GATEWAY_TESTS_SUPPORT_GATEWAY_CLIENT_H_
