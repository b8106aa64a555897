#include "service/rpc/caller_check.h"

#include <grpc/grpc_security_constants.h>
#include <grpcpp/grpcpp.h>

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "service/security/forwarded_client_cert.h"

namespace suprsend_gateway::rpc {
namespace {

using workflow::Failure;
using workflow::FailureKind;

// Of the certificate that the handshake verified.
std::vector<std::string> VerifiedNames(const grpc::AuthContext& context, const char* property) {
  std::vector<std::string> names;
  for (const grpc::string_ref& name : context.FindPropertyValues(property)) {
    names.emplace_back(name.data(), name.size());
  }
  return names;
}

policy::CallerNames NamesOf(const grpc::CallbackServerContext& context,
                            bool trust_forwarded_client_cert) {
  if (trust_forwarded_client_cert) {
    // A header that stands several times is one with commas.
    std::string header;
    const auto [begin, end] = context.client_metadata().equal_range("x-forwarded-client-cert");
    for (auto entry = begin; entry != end; ++entry) {
      absl::StrAppend(&header, header.empty() ? "" : ",",
                      absl::string_view(entry->second.data(), entry->second.size()));
    }
    return security::NamesInForwardedClientCert(header);
  }
  const std::shared_ptr<const grpc::AuthContext> verified = context.auth_context();
  if (verified == nullptr) return {};
  return {.uris = VerifiedNames(*verified, GRPC_PEER_URI_PROPERTY_NAME),
          .dns = VerifiedNames(*verified, GRPC_PEER_DNS_PROPERTY_NAME)};
}

}  // namespace

std::variant<security::Caller, security::CallerRefusal> IdentifyCaller(
    const grpc::CallbackServerContext& context, const CallerSource& source) {
  if (source.gate.trusts_anyone()) return security::Caller{};
  return source.gate.Identify(NamesOf(context, source.trust_forwarded_client_cert));
}

Failure ToFailure(const security::CallerRefusal& refusal) {
  return {.kind = refusal.is_known ? FailureKind::kCallerNotAllowed
                                   : FailureKind::kCallerUnauthenticated,
          .because = refusal.because};
}

std::optional<Failure> CheckPolicy(const security::Caller& caller,
                                   const workflow::CancelFilter& filter) {
  std::optional<std::string> because = security::CallerGate::Refusal(
      caller, {.workflow_slug = filter.workflow_slug,
               .recipients = filter.recipients.size(),
               .has_execution_id = filter.execution_id.has_value(),
               .has_idempotency_key = filter.idempotency_key.has_value()});
  if (!because) return std::nullopt;
  return Failure{.kind = FailureKind::kCallerNotAllowed, .because = *std::move(because)};
}

std::optional<Failure> CheckQuota(const security::Caller& caller, security::CallerGate& gate,
                                  clock::TimePoint now) {
  const std::optional<clock::Duration> wait = gate.TakeQuota(caller, now);
  if (!wait) return std::nullopt;
  return Failure{.kind = FailureKind::kQuotaExceeded, .retry_after = wait};
}

}  // namespace suprsend_gateway::rpc
