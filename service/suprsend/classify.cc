#include "service/suprsend/classify.h"

#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "service/suprsend/error_body.h"
#include "service/suprsend/retry_after.h"

namespace suprsend_gateway::suprsend {
namespace {

using workflow::Failure;
using workflow::FailureKind;

// Envoy answers 503 by itself where it lost the upstream, with the reason in words. Only two of
// them mean that the request never left it; of a retried request it tells the last reason only.
bool EnvoyMayHaveSent(const http::HttpResponse& response) {
  constexpr std::string_view kReset = "reset before headers";
  constexpr std::string_view kReason = "reset reason: ";
  const std::string body = absl::AsciiStrToLower(response.body);
  const size_t reset = body.find(kReset);
  // Cut off early, it may have been about to say so.
  if (reset == std::string::npos) {
    return !response.body_complete && body.size() < kMaxErrorBodyBytes;
  }
  const std::string_view told = std::string_view(body).substr(reset + kReset.size());
  const size_t at = told.find(kReason);
  if (at == std::string_view::npos ||
      told.substr(0, at).find("retried") != std::string_view::npos) {
    return true;
  }
  std::string_view reason = told.substr(at + kReason.size());
  reason = reason.substr(0, reason.find_first_of(",\"\r\n"));
  // "connection failure"; newer releases say "remote connection failure" or "local …".
  return !reason.ends_with("connection failure") && reason != "overflow";
}

FailureKind KindOfClientError(int status, const ErrorBody& body) {
  switch (status) {
    case 400:
    case 422:
      return body.is_html ? FailureKind::kMisconfigured : FailureKind::kRejected;
    case 401:
    case 403:
      return FailureKind::kCredentialsRejected;
    case 404:
      return body.is_suprsend_error ? FailureKind::kNotFound : FailureKind::kMisconfigured;
    case 405:
    case 406:
    case 407:
    case 411:
    case 415:
    case 431:
      return FailureKind::kMisconfigured;
    case 408:
      return FailureKind::kTimeout;
    case 409:
      return FailureKind::kConflict;
    case 413:
      return FailureKind::kUpstreamTooLarge;
    case 421:
    case 425:
      return FailureKind::kUnavailable;
    case 429:
      return FailureKind::kRateLimited;
    default:
      return FailureKind::kRejectedOther;
  }
}

FailureKind KindOfStatus(const http::HttpResponse& response, const ErrorBody& body) {
  const int status = response.status;
  if (status >= 300 && status < 400) {
    const bool refused = status == 301 || status == 307 || status == 308;
    return refused ? FailureKind::kRedirectRefused : FailureKind::kRedirectUnclear;
  }
  if (status >= 400 && status < 500) return KindOfClientError(status, body);
  switch (status) {
    case 500:
    case 502:
      return FailureKind::kUpstreamError;
    case 501:
      return FailureKind::kNotImplemented;
    case 503:
      return EnvoyMayHaveSent(response) ? FailureKind::kConnectionLost : FailureKind::kUnavailable;
    case 504:
      return FailureKind::kTimeout;
    default:
      return FailureKind::kUpstreamErrorFinal;
  }
}

FailureKind KindOfTransport(const http::TransportFailure& failure) {
  switch (failure.error) {
    case http::TransportError::kUnreachable:
      return FailureKind::kUnreachable;
    case http::TransportError::kUntrusted:
      return FailureKind::kUntrusted;
    case http::TransportError::kNoRoom:
      return FailureKind::kOverloaded;
    case http::TransportError::kDeadline:
      return failure.sent ? FailureKind::kTimeout : FailureKind::kDeadlineBeforeSend;
    case http::TransportError::kAbandoned:
      return failure.sent ? FailureKind::kCancelledAfterSend : FailureKind::kCancelledBeforeSend;
    case http::TransportError::kConnectionLost:
      break;
  }
  return FailureKind::kConnectionLost;
}

bool MessageMayBeShown(int status) {
  return status == 400 || status == 404 || status == 409 || status == 422;
}

}  // namespace

Failure Classify(const http::TransportFailure& failure) {
  return {.kind = KindOfTransport(failure), .http_status = failure.status};
}

Failure Classify(const http::HttpResponse& response, const std::vector<std::string_view>& secrets,
                 absl::Time now) {
  ErrorBody body = ReadErrorBody(response);
  Failure failure{.kind = KindOfStatus(response, body), .http_status = response.status};
  if (!MessageMayBeShown(response.status)) body.message.clear();
  CleanWords words = Clean(body, secrets);
  failure.upstream_code = std::move(words.code);
  failure.upstream_message = std::move(words.message);
  if (failure.kind == FailureKind::kRateLimited || failure.kind == FailureKind::kUnavailable) {
    failure.retry_after = ParseRetryAfter(response.retry_after, now);
  }
  return failure;
}

}  // namespace suprsend_gateway::suprsend
