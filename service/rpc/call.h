#ifndef SERVICE_RPC_CALL_H_
#define SERVICE_RPC_CALL_H_

#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/server_callback.h>

#include <memory>
#include <optional>
#include <stop_token>

#include "absl/functional/any_invocable.h"
#include "service/rpc/caller_check.h"
#include "service/rpc/trace_context.h"
#include "service/rpc/violations.h"
#include "service/rpc/workflow_service.h"
#include "service/telemetry/audit_record.h"
#include "service/telemetry/call_record.h"
#include "service/workflow/attempt_loop.h"
#include "suprsend/gateway/v1/workflow_service.pb.h"

namespace suprsend_gateway::rpc {

// One call from its arrival to its end. Finish is called exactly once: in Start where the request
// is answered at once, else when the attempts have ended, also for a caller that has gone: so the
// record says what became of what was sent. Start runs on a gRPC thread, OnAttemptsDone on the
// event loop's or where nothing was sent on gRPC's, OnCancel on any at any time.
class Call final : public grpc::ServerUnaryReactor {
 public:
  Call(const CallEnvironment& environment, grpc::CallbackServerContext* context,
       grpc::ByteBuffer* reply);

  void Start(const grpc::ByteBuffer& request);

 private:
  void OnCancel() override { caller_gone_.request_stop(); }
  void OnDone() override;
  // OnDone never waits, so gRPC need not hand it to another thread.
  bool InternalInlineable() override { return true; }
  void OnSendInitialMetadataDone(bool ok) override;

  // Who calls; why that caller is turned away.
  std::optional<workflow::Failure> Identify();
  // Reads the request and holds it against every rule; `filter` is to be sent if none is broken.
  Violations Check(const grpc::ByteBuffer& bytes, workflow::CancelFilter& filter);
  // Takes a place for it, where there is one and the caller's quota allows it.
  std::optional<workflow::Failure> Admit();
  void Send(workflow::CancelFilter filter);
  // Sends the initial metadata, then calls back: from then on no library and no proxy on the way
  // repeats the call by itself (gRFC A6: a call is committed once it has response headers).
  void Commit(absl::AnyInvocable<void() &&> committed);
  void OnAttemptsDone(workflow::CallResult result);
  // The failure that the call ends with: a caller that went away comes before what upstream said.
  workflow::Failure Told(workflow::Failure failure) const;

  void FinishOk(const ::suprsend::gateway::v1::CancelWorkflowResponse& reply);
  void FinishFailed(const workflow::Failure& failure, const Violations& violations = Violations());
  void EmitRecord();

  const CallEnvironment& environment_;
  grpc::CallbackServerContext* const context_;
  grpc::ByteBuffer* const reply_;
  const clock::TimePoint arrived_;
  CallDeadline deadline_;
  const TraceContext trace_;
  std::stop_source caller_gone_;
  security::Caller caller_;
  bool admitted_ = false;
  std::shared_ptr<Commitment> commitment_;
  telemetry::CallRecord record_;
  std::unique_ptr<telemetry::AuditRecord> audit_;  // nullptr: it is not for the audit.
};

}  // namespace suprsend_gateway::rpc

#endif  // SERVICE_RPC_CALL_H_
