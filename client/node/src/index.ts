export { status } from "@grpc/grpc-js";
export type { CancelRequest } from "./cancel_request";
export type { TlsFiles, WorkflowClientOptions } from "./connect";
export { ErrorReason } from "./error_reason";
export { CancelWorkflowError } from "./cancel_workflow_error";
export type { Failure, FieldViolation, Outcome } from "./failure";
export { DEFAULT_TIMEOUT_MS, MAX_TIMEOUT_MS, WorkflowClient } from "./workflow_client";
export type { CallOptions, CancelReply } from "./workflow_client";
