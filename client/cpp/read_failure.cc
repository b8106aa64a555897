#include "client/cpp/read_failure.h"

#include <google/protobuf/any.pb.h>
#include <grpcpp/support/status.h>

#include <charconv>
#include <cstdint>
#include <string>

#include "service/base/utf8.h"
#include "suprsend/gateway/status/v1/status.pb.h"

namespace suprsend_gateway::client {
namespace {

namespace pb = ::suprsend::gateway::status::v1;

// The longest google.protobuf.Duration: about 10,000 years (duration.proto).
constexpr int64_t kMaxDurationSeconds = 315'576'000'000;
constexpr std::string_view kTypePrefix = "google.rpc.";

// A status message from a proxy may be any bytes; protobuf and JSON want UTF-8. What is not becomes
// U+FFFD, byte by byte.
std::string ToValidUtf8(std::string_view text) {
  std::string valid;
  while (!text.empty()) {
    const std::string_view before = text;
    if (base::TakeCodePoint(text)) {
      valid.append(before.substr(0, before.size() - text.size()));
    } else {
      valid.append("\xEF\xBF\xBD");
      text.remove_prefix(1);
    }
  }
  return valid;
}

// "google.rpc.ErrorInfo" from "type.googleapis.com/google.rpc.ErrorInfo". Our messages have names
// of their own, so Any::Is would never match.
std::string TypeName(const google::protobuf::Any& any) {
  const std::string& url = any.type_url();
  return url.substr(url.rfind('/') + 1);
}

// The first detail of google.rpc.<name> that parses into `message` and that `accept` takes.
template <typename Message, typename Accept>
bool FindDetail(const pb::Status& status, std::string_view name, Message& message, Accept accept) {
  for (const google::protobuf::Any& any : status.details()) {
    if (TypeName(any) != std::string(kTypePrefix).append(name)) continue;
    if (message.ParseFromString(any.value()) && accept(message)) return true;
  }
  return false;
}

template <typename Message>
bool FindDetail(const pb::Status& status, std::string_view name, Message& message) {
  return FindDetail(status, name, message, [](const Message&) { return true; });
}

std::string Metadata(const pb::ErrorInfo& info, const char* key) {
  const auto found = info.metadata().find(key);
  return found == info.metadata().end() ? std::string() : std::string(found->second);
}

std::optional<int> ReadInt(const std::string& text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

void ReadErrorInfo(const pb::ErrorInfo& info, Failure& failure) {
  failure.reason = info.reason();
  failure.outcome =
      Metadata(info, "outcome") == "NOT_APPLIED" ? Outcome::kNotApplied : Outcome::kUnknown;
  failure.attempts = ReadInt(Metadata(info, "attempts"));
  failure.http_status = ReadInt(Metadata(info, "http_status"));
  failure.upstream_code = Metadata(info, "upstream_code");
  failure.upstream_message = Metadata(info, "upstream_message");
}

std::optional<std::chrono::milliseconds> ReadRetryDelay(const pb::RetryInfo& info) {
  const auto& delay = info.retry_delay();
  if (!info.has_retry_delay() || delay.seconds() < 0 || delay.seconds() > kMaxDurationSeconds ||
      delay.nanos() < 0 || delay.nanos() > 999'999'999) {
    return std::nullopt;
  }
  return std::chrono::seconds(delay.seconds()) +
         std::chrono::ceil<std::chrono::milliseconds>(std::chrono::nanoseconds(delay.nanos()));
}

// Reads details whose ErrorInfo is the gateway's; without one leaves `failure` as it is.
void ReadDetails(const pb::Status& status, Failure& failure) {
  pb::ErrorInfo error_info;
  const auto is_ours = [](const pb::ErrorInfo& info) {
    return std::string(info.domain()) == kErrorDomain && !info.reason().empty();
  };
  if (!FindDetail(status, "ErrorInfo", error_info, is_ours)) return;
  ReadErrorInfo(error_info, failure);
  if (pb::BadRequest bad_request; FindDetail(status, "BadRequest", bad_request)) {
    for (const auto& violation : bad_request.field_violations()) {
      failure.violations.push_back(
          {std::string(violation.field()), std::string(violation.description())});
    }
  }
  if (pb::RetryInfo info; FindDetail(status, "RetryInfo", info)) {
    failure.retry_delay = ReadRetryDelay(info);
  }
  if (pb::RequestInfo info; FindDetail(status, "RequestInfo", info)) {
    failure.request_id = info.request_id();
  }
}

void AddDetail(const char* name, const google::protobuf::MessageLite& detail, pb::Status& status) {
  google::protobuf::Any& any = *status.add_details();
  any.set_type_url(std::string("type.googleapis.com/").append(kTypePrefix).append(name));
  any.set_value(detail.SerializeAsString());
}

}  // namespace

Failure ReadFailure(const grpc::Status& status, std::string_view trailing_request_id) {
  Failure failure{.code = status.error_code(), .message = ToValidUtf8(status.error_message())};
  pb::Status details;
  if (!details.ParseFromString(status.error_details())) details.Clear();
  if (details.code() == static_cast<int>(status.error_code())) ReadDetails(details, failure);
  if (failure.request_id.empty()) failure.request_id = ToValidUtf8(trailing_request_id);

  details.set_code(status.error_code());
  details.set_message(failure.message);
  failure.status_proto = details.SerializeAsString();
  return failure;
}

Failure LocalFailure(grpc::StatusCode code, std::string_view reason, std::string_view message,
                     const std::vector<FieldViolation>& violations) {
  pb::Status details;
  details.set_code(code);
  pb::ErrorInfo info;
  info.set_reason(std::string(reason));
  info.set_domain(std::string(kErrorDomain));
  (*info.mutable_metadata())["outcome"] = "NOT_APPLIED";
  (*info.mutable_metadata())["attempts"] = "0";
  AddDetail("ErrorInfo", info, details);
  if (!violations.empty()) {
    pb::BadRequest bad_request;
    for (const FieldViolation& violation : violations) {
      auto& added = *bad_request.add_field_violations();
      added.set_field(violation.field);
      added.set_description(violation.description);
    }
    AddDetail("BadRequest", bad_request, details);
  }
  return ReadFailure(grpc::Status(code, std::string(message), details.SerializeAsString()), "");
}

}  // namespace suprsend_gateway::client
