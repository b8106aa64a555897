#include "client/cpp/encode_request.h"

#include <cstddef>
#include <string_view>

#include "service/base/utf8.h"
#include "suprsend/gateway/v1/workflow_service.pb.h"

namespace suprsend_gateway::client {
namespace {

void CheckUtf8(std::string_view field, std::string_view value,
               std::vector<FieldViolation>& violations) {
  if (!base::IsValidUtf8(value)) violations.push_back({std::string(field), "is not valid UTF-8"});
}

}  // namespace

std::vector<FieldViolation> FindViolations(const CancelRequest& request) {
  std::vector<FieldViolation> violations;
  if (request.execution_id) CheckUtf8("execution_id", *request.execution_id, violations);
  if (request.recipients && request.recipients->empty()) {
    violations.push_back({"recipients", "is set but empty, which would not narrow the cancel"});
  }
  if (request.recipients) {
    for (size_t i = 0; i < request.recipients->size(); ++i) {
      CheckUtf8("recipients[" + std::to_string(i) + "]", (*request.recipients)[i], violations);
    }
  }
  if (request.idempotency_key) CheckUtf8("idempotency_key", *request.idempotency_key, violations);
  if (request.workflow_slug) CheckUtf8("workflow_slug", *request.workflow_slug, violations);
  return violations;
}

suprsend::gateway::v1::CancelWorkflowRequest EncodeRequest(const CancelRequest& request) {
  suprsend::gateway::v1::CancelWorkflowRequest encoded;
  if (request.execution_id) encoded.set_execution_id(*request.execution_id);
  if (request.recipients) {
    for (const std::string& recipient : *request.recipients) encoded.add_recipients(recipient);
  }
  if (request.idempotency_key) encoded.set_idempotency_key(*request.idempotency_key);
  if (request.workflow_slug) encoded.set_workflow_slug(*request.workflow_slug);
  encoded.set_validate_only(request.validate_only);
  return encoded;
}

}  // namespace suprsend_gateway::client
