#include "service/rpc/failure_status.h"

#include "absl/strings/str_cat.h"
#include "suprsend/gateway/status/v1/status.pb.h"

namespace suprsend_gateway::rpc {
namespace {

namespace statusv1 = ::suprsend::gateway::status::v1;
using workflow::Failure;
using workflow::FailureRow;

// Packs `detail` under the name that the world knows it by.
template <typename Detail>
void AddDetail(statusv1::Status& status, const char* name, const Detail& detail) {
  google::protobuf::Any& any = *status.add_details();
  any.set_type_url(absl::StrCat("type.googleapis.com/google.rpc.", name));
  any.set_value(detail.SerializeAsString());
}

statusv1::ErrorInfo MakeErrorInfo(const Failure& failure, const FailureRow& row, size_t attempts) {
  statusv1::ErrorInfo info;
  info.set_reason(std::string(row.reason));
  info.set_domain(std::string(kErrorDomain));
  auto& metadata = *info.mutable_metadata();
  metadata["outcome"] = std::string(NameOf(row.outcome));
  metadata["attempts"] = absl::StrCat(attempts);
  if (failure.http_status != 0) metadata["http_status"] = absl::StrCat(failure.http_status);
  if (!failure.upstream_code.empty()) metadata["upstream_code"] = failure.upstream_code;
  if (!failure.upstream_message.empty()) metadata["upstream_message"] = failure.upstream_message;
  return info;
}

statusv1::BadRequest MakeBadRequest(const Violations& violations) {
  statusv1::BadRequest bad_request;
  const auto add = [&](const std::string& field, const std::string& description) {
    auto& violation = *bad_request.add_field_violations();
    violation.set_field(field);
    violation.set_description(description);
  };
  for (const auto& [field, description] : violations.told()) add(field, description);
  if (violations.count() > violations.told().size()) {
    add("", absl::StrCat(violations.count() - violations.told().size(), " more violations"));
  }
  return bad_request;
}

statusv1::RetryInfo MakeRetryInfo(clock::Duration delay) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(delay);
  const std::chrono::nanoseconds rest = delay - seconds;
  statusv1::RetryInfo info;
  info.mutable_retry_delay()->set_seconds(seconds.count());
  info.mutable_retry_delay()->set_nanos(static_cast<int32_t>(rest.count()));
  return info;
}

std::string MakeMessage(const Failure& failure, const FailureRow& row,
                        const Violations& violations) {
  std::string message(row.message);
  if (!failure.because.empty()) absl::StrAppend(&message, ": ", failure.because);
  if (violations.empty()) return message;
  const auto& first = violations.told().front();
  absl::StrAppend(&message, ": ", first.field, first.field.empty() ? "" : " ", first.description);
  if (violations.count() > 1) absl::StrAppend(&message, " (and ", violations.count() - 1, " more)");
  return message;
}

std::optional<int64_t> RetryPushbackMs(const Failure& failure, const FailureRow& row,
                                       size_t attempts) {
  if (row.outcome == workflow::Outcome::kUnknown || attempts > 1) return -1;
  if (!failure.retry_after) return std::nullopt;
  return std::chrono::ceil<std::chrono::milliseconds>(*failure.retry_after).count();
}

}  // namespace

FailureStatus MakeFailureStatus(const Failure& failure, size_t attempts,
                                const std::string& request_id, const Violations& violations) {
  const FailureRow& row = workflow::RowOf(failure.kind);
  FailureStatus result{.code = static_cast<int>(row.code),
                       .message = MakeMessage(failure, row, violations),
                       .details = "",
                       .retry_pushback_ms = RetryPushbackMs(failure, row, attempts)};
  statusv1::Status status;
  status.set_code(result.code);
  status.set_message(result.message);
  AddDetail(status, "ErrorInfo", MakeErrorInfo(failure, row, attempts));
  if (!violations.empty()) AddDetail(status, "BadRequest", MakeBadRequest(violations));
  if (failure.retry_after) AddDetail(status, "RetryInfo", MakeRetryInfo(*failure.retry_after));
  statusv1::RequestInfo request_info;
  request_info.set_request_id(request_id);
  AddDetail(status, "RequestInfo", request_info);
  result.details = status.SerializeAsString();
  return result;
}

std::string_view NameOf(workflow::Outcome outcome) {
  return outcome == workflow::Outcome::kUnknown ? "UNKNOWN" : "NOT_APPLIED";
}

}  // namespace suprsend_gateway::rpc
