#include "tests/unit/client/gateway_status.h"

#include <google/protobuf/any.pb.h>

namespace suprsend_gateway::client {

namespace pb = ::suprsend::gateway::status::v1;

GatewayStatus::GatewayStatus(grpc::StatusCode code, std::string message) : code_(code) {
  details_.set_code(code);
  details_.set_message(std::move(message));
}

GatewayStatus& GatewayStatus::Add(const std::string& type_url, const std::string& bytes) {
  google::protobuf::Any& any = *details_.add_details();
  any.set_type_url(type_url);
  any.set_value(bytes);
  return *this;
}

GatewayStatus& GatewayStatus::AddErrorInfo(const std::string& reason, const std::string& outcome,
                                           const std::string& domain) {
  pb::ErrorInfo info;
  info.set_reason(reason);
  info.set_domain(domain);
  (*info.mutable_metadata())["outcome"] = outcome;
  (*info.mutable_metadata())["attempts"] = "1";
  return Add(std::string(kGoogleTypes) + "ErrorInfo", info.SerializeAsString());
}

GatewayStatus& GatewayStatus::AddUpstreamRejection() {
  pb::ErrorInfo info;
  info.set_reason("UPSTREAM_REJECTED");
  info.set_domain("suprsend-gateway");
  auto& metadata = *info.mutable_metadata();
  metadata["outcome"] = "NOT_APPLIED";
  metadata["attempts"] = "2";
  metadata["http_status"] = "422";
  metadata["upstream_code"] = "validation_error";
  metadata["upstream_message"] = "no such workflow";
  return Add(std::string(kGoogleTypes) + "ErrorInfo", info.SerializeAsString());
}

GatewayStatus& GatewayStatus::AddViolation(const std::string& field,
                                           const std::string& description) {
  pb::BadRequest bad_request;
  auto& violation = *bad_request.add_field_violations();
  violation.set_field(field);
  violation.set_description(description);
  return Add(std::string(kGoogleTypes) + "BadRequest", bad_request.SerializeAsString());
}

GatewayStatus& GatewayStatus::AddRetryDelay(int64_t seconds, int nanos) {
  pb::RetryInfo info;
  info.mutable_retry_delay()->set_seconds(seconds);
  info.mutable_retry_delay()->set_nanos(nanos);
  return Add(std::string(kGoogleTypes) + "RetryInfo", info.SerializeAsString());
}

GatewayStatus& GatewayStatus::AddRequestId(const std::string& request_id) {
  pb::RequestInfo info;
  info.set_request_id(request_id);
  return Add(std::string(kGoogleTypes) + "RequestInfo", info.SerializeAsString());
}

GatewayStatus& GatewayStatus::SetDetailsCode(int code) {
  details_.set_code(code);
  return *this;
}

grpc::Status GatewayStatus::Build() const {
  return grpc::Status(code_, std::string(details_.message()), details_.SerializeAsString());
}

}  // namespace suprsend_gateway::client
