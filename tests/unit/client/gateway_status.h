#ifndef TESTS_UNIT_CLIENT_GATEWAY_STATUS_H_
#define TESTS_UNIT_CLIENT_GATEWAY_STATUS_H_

#include <grpcpp/support/status.h>

#include <string>

#include "suprsend/gateway/status/v1/status.pb.h"

namespace suprsend_gateway::client {

inline constexpr char kGoogleTypes[] = "type.googleapis.com/google.rpc.";

// A status as the gateway makes it, piece by piece.
class GatewayStatus {
 public:
  GatewayStatus(grpc::StatusCode code, std::string message);

  GatewayStatus& Add(const std::string& type_url, const std::string& bytes);
  GatewayStatus& AddErrorInfo(const std::string& reason, const std::string& outcome,
                              const std::string& domain = "suprsend-gateway");
  // Everything else that a status can carry.
  GatewayStatus& AddUpstreamRejection();
  GatewayStatus& AddViolation(const std::string& field, const std::string& description);
  GatewayStatus& AddRetryDelay(int64_t seconds, int nanos);
  GatewayStatus& AddRequestId(const std::string& request_id);
  // The details then contradict the status.
  GatewayStatus& SetDetailsCode(int code);

  grpc::Status Build() const;

 private:
  grpc::StatusCode code_;
  suprsend::gateway::status::v1::Status details_;
};

}  // namespace suprsend_gateway::client

#endif  // TESTS_UNIT_CLIENT_GATEWAY_STATUS_H_
