#ifndef TESTS_UNIT_RPC_STATUS_DETAILS_H_
#define TESTS_UNIT_RPC_STATUS_DETAILS_H_

#include <optional>
#include <string>

#include "service/rpc/failure_status.h"
#include "suprsend/gateway/status/v1/status.pb.h"

namespace suprsend_gateway::rpc {

namespace statusv1 = ::suprsend::gateway::status::v1;

// What a client reads out of grpc-status-details-bin.
struct Details {
  statusv1::Status status;

  // The detail of that published name; nullopt where it is not there exactly once.
  template <typename Detail>
  std::optional<Detail> Get(const std::string& name) const {
    std::optional<Detail> found;
    for (const auto& any : status.details()) {
      if (any.type_url() != "type.googleapis.com/google.rpc." + name) continue;
      if (found) return std::nullopt;
      found.emplace();
      if (!found->ParseFromString(any.value())) return std::nullopt;
    }
    return found;
  }
  statusv1::ErrorInfo error_info() const {
    return Get<statusv1::ErrorInfo>("ErrorInfo").value_or(statusv1::ErrorInfo());
  }
};

inline Details DetailsOf(const FailureStatus& failure) {
  Details details;
  if (!details.status.ParseFromString(failure.details)) details.status.set_code(-1);
  return details;
}

}  // namespace suprsend_gateway::rpc

#endif  // TESTS_UNIT_RPC_STATUS_DETAILS_H_
