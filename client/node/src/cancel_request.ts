import { create } from "@bufbuild/protobuf";
import type { FieldViolation } from "./failure";
import * as proto from "./generated/suprsend/gateway/v1/workflow_service_pb";
import { readProperties } from "./read_properties";

/**
 * Which running workflow executions to cancel: those that match every filter that is set. At least one must
 * be. undefined is absent; every other value is sent as it is, an empty string too, and the gateway refuses
 * what breaks a rule.
 *
 * Two things never leave the process, since they could not arrive as they were meant: a list of recipients
 * that is set but empty (on the wire it is the same as no list, which does not mean "nobody" but
 * "everybody"), and text with a lone surrogate, which is not valid Unicode. The call then fails with
 * INVALID_ARGUMENT, reason INVALID_FILTER, and names the fields.
 */
export interface CancelRequest {
  /** One run, by its id as SuprSend shows it in the workflow logs. At most 1,024 code points. */
  readonly executionId?: string | undefined;
  /** distinct_id or contact info, each at most 1,024 code points, none of them empty or blank. */
  readonly recipients?: readonly string[] | undefined;
  /** The idempotency key that the workflow was triggered with. At most 255 code points. */
  readonly idempotencyKey?: string | undefined;
  /** The workflow whose runs are cancelled. At most 255 code points. */
  readonly workflowSlug?: string | undefined;
  /** Only check the request: success says that it would have been sent. */
  readonly validateOnly?: boolean | undefined;
}

/** The request as it was given. Throws a TypeError where it is none. */
export function readRequest(request: CancelRequest): CancelRequest {
  return readProperties("request", request, {
    executionId: "a string",
    recipients: "an array of strings",
    idempotencyKey: "a string",
    workflowSlug: "a string",
    validateOnly: "a boolean",
  });
}

/** What must not be sent, by the proto's names of the fields; empty where `request` can be encoded. */
export function findViolations(request: CancelRequest): FieldViolation[] {
  const violations: FieldViolation[] = [];
  const check = (field: string, value: string | undefined) => {
    if (value?.isWellFormed() === false) violations.push({ field, description: "is not valid Unicode" });
  };
  check("execution_id", request.executionId);
  if (request.recipients?.length === 0) {
    const description = "is set but empty, which would not narrow the cancel";
    violations.push({ field: "recipients", description });
  }
  request.recipients?.forEach((recipient, index) => check(`recipients[${index}]`, recipient));
  check("idempotency_key", request.idempotencyKey);
  check("workflow_slug", request.workflowSlug);
  return violations;
}

/** `request` must have no violations. */
export function encodeRequest(request: CancelRequest): proto.CancelWorkflowRequest {
  const { recipients = [], validateOnly = false, ...texts } = request;
  return create(proto.CancelWorkflowRequestSchema, { recipients: [...recipients], validateOnly, ...texts });
}
